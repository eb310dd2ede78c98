"""Guidance for each role in Dutch: a lead, and what holds before, during, never, and when something goes wrong."""

# ruff: noqa: E501  # a sentence stands on one line, or a translator cannot compare them
PAGES: dict[str, dict[str, object]] = {
    "reporter": {
        "lead": "U schrijft wat er gebeurt: één zin of twee tikken. Anderen zorgen dat het openbaar mag zijn.",
        "before": (
            "Probeer de tablet in de zaal: uw tegel, uw pincode, één melding in de oefening.",
            "Ken de fasen, de zinnen en het draaiboek. Het draaiboek gaat woord voor woord uit.",
            "Spreek met de arts af waar u staat en wanneer u zwijgt.",
        ),
        "during": (
            "Schrijf wat u nu ziet. Eén ding per melding; kort is goed.",
            "Zeg “de patiënt”. De hint onder het vak zegt wat eerst gelezen wordt; versturen kan altijd.",
            "Let op het woord naast uw melding: op deze tablet, ontvangen, wordt gecontroleerd, wordt gelezen, geplaatst, teruggestuurd.",
            "Een fase waarvan de familie eerst moet weten, wacht vanzelf. Schrijf gewoon door.",
        ),
        "never": (
            "Schrijf nooit een naam, leeftijd, datum, kamer, plaats, beroep, hobby of familielid van de patiënt.",
            "Raad nooit naar een afloop, en schrijf nooit over een complicatie.",
            "Schrijf nooit achteraf uit het hoofd, en nooit op uw eigen telefoon.",
        ),
        "wrong": (
            "Geen verbinding: schrijf door. Uw meldingen staan veilig op de tablet en gaan vanzelf weg.",
            "Teruggestuurd: lees de reden, schrijf het anders, of laat het.",
            "U schreef iets verkeerds: zeg het meteen tegen de leiding. Het kan worden teruggenomen of gecorrigeerd.",
            "Gestopt: er gaat niets uit. Leg de tablet neer en wacht op de leiding.",
        ),
    },
    "reviewer": {
        "lead": "U leest wat is aangehouden, voordat iemand anders het kan. U beantwoordt één vraag: mag dit uit?",
        "before": (
            "Meld u aan met uw passkey op uw eigen apparaat, en keur in de oefening één keer iets goed.",
            "Lees de toestemming: wat ze dekt, waar, en tot wanneer.",
            "Weet wie vandaag de arts is en wie de leiding heeft, en hoe u hen bereikt.",
        ),
        "during": (
            "Begin met het oudste. De kop zegt waarom het is aangehouden.",
            "Lees de tekst zoals iedereen die zal lezen. Open wat getypt is alleen als u het nodig hebt; dat wordt vastgelegd.",
            "Goedkeuren, wijzigen of terugsturen. Een gewijzigde tekst wordt opnieuw gecontroleerd, en iemand anders keurt hem goed.",
            "Stuur terug met een reden die helpt: “schrijf wat u ziet”.",
        ),
        "never": (
            "Keur nooit eigen woorden goed, en nooit namens een ander.",
            "Keur nooit een medische uitspraak goed: die is voor de arts.",
            "Verlaat de desk nooit zonder het de leiding te zeggen.",
        ),
        "wrong": (
            "Bij twijfel: terugsturen, of de arts vragen. Wachten kost weinig.",
            "Er ging een naam uit: druk op STOP. Stoppen mag om minder.",
            "Niemand weet of iets openbaar is: kijk op het platform en zeg dan wat u vond.",
            "Uw passkey is kwijt: de leiding geeft u een nieuwe. Dat wordt vastgelegd, en niets wacht lang.",
        ),
    },
    "physician": {
        "lead": "Wat over geneeskunde wordt gezegd, is aan u. U ondertekent het draaiboek, leest elke uitspraak en mag alles stoppen.",
        "before": (
            "Lees het draaiboek en onderteken het met uw passkey. Een gewijzigd woord beëindigt de handtekening.",
            "Spreek met de leiding af wat een druk op “complicatie” doet: alles aanhouden, stoppen, of alleen tekst.",
            "Zeg welke fasen wachten tot de familie het weet.",
        ),
        "during": (
            "Lees uitspraken, vergelijkingen, getallen en citaten. Alleen u mag ze goedkeuren.",
            "Druk op “complicatie” zodra die begint. De patiënt gaat voor; de desk doet de rest.",
            "Bij alleen tekst wacht elke melding op u.",
            "Beëindig een complicatie pas als het plan vaststaat en de familie het weet.",
        ),
        "never": (
            "Laat nooit de thread het tempo van de operatie bepalen.",
            "Keur nooit een zin goed die een afloop belooft.",
            "Keur nooit goed terwijl u aan tafel nodig bent: draag de desk over aan een collega die is aangemeld.",
        ),
        "wrong": (
            "Iets loopt anders dan gepland: complicatie, meteen. Er hoeft niets te worden uitgelegd.",
            "Verkeerde woorden zijn openbaar: neem de melding terug en schrijf dan de correctie.",
            "Na een stop moeten twee mensen instemmen met hervatten. Neem de tijd.",
        ),
    },
    "director": {
        "lead": "U bereidt het evenement voor, houdt het in het oog en staat ervoor in. Als elke regel klaar is, opent u het.",
        "before": (
            "Vul het plan vroeg in, en de toestemming dagen vooraf: nooit op de ochtend zelf aan het bed.",
            "Zet namen, bijnamen, data en nummers van patiënt en familie bij de beschermde termen.",
            "Oefen met dezelfde mensen aan dezelfde schermen; bewaar het scoreblad.",
            "Bekijk de kosten en de limieten van elk account. Zeg in de zaal dat het live gaat.",
        ),
        "during": (
            "Let op het oudste dat wacht, op de toestand van de bestemmingen en op wie er is.",
            "Was er lang niets openbaar, stuur dan het tussenbericht.",
            "Houd één mens vrij voor de familie, en één aan de desk.",
        ),
        "never": (
            "Open nooit zonder de vertrouwenspersoon in huis.",
            "Deel nooit een sleutel of pincode, en keur nooit alleen goed wat twee mensen moeten zien.",
            "Wijzig nooit het plan omwille van de thread.",
        ),
        "wrong": (
            "STOP is één druk en werkt meteen. Naar een reden wordt niet gevraagd.",
            "Om te hervatten stemt een tweede mens in. Wat vóór de stop was goedgekeurd, wordt opnieuw gevraagd.",
            "Toestemming ingetrokken: één druk stopt, verwijdert overal en vernietigt de sleutels. Wat niet verwijderd kon worden, wordt genoemd; regel dat met de hand.",
            "Een tablet is kwijt: meld hem af. Een passkey is kwijt: trek hem in en geef een nieuwe code.",
        ),
    },
    "advocate": {
        "lead": "U staat voor de patiënt, die nu niet kan spreken. U mag alles stoppen, en voor de patiënt intrekken.",
        "before": (
            "Spreek de patiënt zonder het team. Vraag wat verteld mag worden, en wat niet.",
            "Lees samen de toestemming: media, platforms, naam, intrekken. Let erop dat de patiënt een kopie heeft.",
            "Vraag van wie de familie wil horen, en wanneer. Zeg het tegen het familiecontact.",
            "Meld u aan met uw passkey, en zoek in de oefening de rode knop.",
        ),
        "during": (
            "Lees de thread zoals de familie die leest.",
            "Druk op STOP als iets niet is wat de patiënt heeft afgesproken. U hebt geen reden nodig en niemands toestemming.",
            "Druk op “complicatie” als u die als eerste ziet.",
        ),
        "never": (
            "Doe tijdens het evenement nooit een andere taak.",
            "Laat u een stop nooit uit het hoofd praten.",
            "Vertel de familie nooit wat de arts nog niet heeft verteld.",
        ),
        "wrong": (
            "De patiënt of de vertegenwoordiger bedenkt zich: trek in. Alles wordt verwijderd, de sleutels ook.",
            "U twijfelt: eerst stoppen, dan vragen.",
            "Na een stop hoeft u niet in te stemmen met hervatten.",
        ),
    },
    "liaison": {
        "lead": "De familie hoort het eerst van een mens, en wel van u. Wat op hen wacht, gaat uit als u “verteld” zegt.",
        "before": (
            "Vraag de familie wie luistert, waar ze zijn, en of ze eigenlijk willen meelezen.",
            "Weet welke fasen op u wachten. Spreek met de arts af wat u telkens mag zeggen.",
            "Meld u aan met uw passkey; vink in de oefening één keer “verteld” aan.",
        ),
        "during": (
            "Ga naar hen toe, vertel het in gewone woorden, wacht op vragen. Vink dan de fase aan.",
            "Zeg wanneer het volgende nieuws komt. Stilte leest als slecht nieuws.",
            "Zeg het team via het kanaal aan de desk wat de familie nodig heeft.",
        ),
        "never": (
            "Vink nooit aan voordat zij het gehoord hebben.",
            "Breng nooit goed of slecht nieuws dat de arts niet heeft vrijgegeven.",
            "Laat hen tijdens een complicatie nooit alleen met de thread.",
        ),
        "wrong": (
            "U kunt hen niet vinden: vink niets aan. Wat wacht, wacht.",
            "Zij lezen iets dat hen raakt: zeg het tegen de leiding of de vertrouwenspersoon, die mogen stoppen.",
            "Zij willen dat het ophoudt: haal de vertrouwenspersoon.",
        ),
    },
}

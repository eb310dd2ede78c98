"""Who is told apart in a clause: by what nobody else is or does, by looks, by family, by being known: recital 26.

What somebody is, is said in `roles.py` (the only one, an office) and `fame.py` (deeds, rare conditions); all report
under the same detector.
"""

import re
from collections.abc import Iterator

from streams.scrub import packaged
from streams.scrub.listing import listed, words
from streams.scrub.normalise import fold
from streams.scrub.occupations import is_office, is_role
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit
from streams.scrub.view import View

# Somebody, without saying who. With what tells them apart they are a person whom others recognise.
_SOMEBODY = phrases(
    "guy bloke fella fellow chap lad lass lady gentleman man woman boy girl kid child person patient pt runner rider "
    "cyclist walker swimmer skier skater starter finisher participant competitor athlete fan visitor guest camper "
    "spectator donor recipient resident pensioner teenager toddler mum mom dad mother father granny grandma grandpa "
    "gran nan bride groom dancer reveller surfer player "
    "mann frau typ kerl bub bursche junge mädchen mädel dame herr herrn mensch person patient patientin patienten "
    "läufer läuferin radler radlerin radfahrer radfahrerin fahrer fahrerin starter starterin teilnehmer teilnehmerin "
    "besucher besucherin gast spender spenderin empfänger empfängerin bewohner bewohnerin rentner rentnerin "
    "jugendliche jugendlicher kind mama papa mutter vater oma opa braut bräutigam schwimmer schwimmerin wanderer "
    "vrouw vent kerel gozer jongen meisje dame heer meneer mevrouw persoon patiënt patiënte loper loopster fietser "
    "fietsster schaatser schaatsster deelnemer deelneemster bezoeker bezoekster gast donor ontvanger ontvangster "
    "bewoner bewoonster gepensioneerde moeder vader oma opa bruid bruidegom tiener zwemmer zwemster wandelaar"
)
_ANYBODY = _SOMEBODY | phrases("one ones der die dem den degene")
_BODY = _SOMEBODY.pattern
_SOLE = phrases(
    "only sole youngest oldest einzige einziger einzigen einzigem älteste ältester ältesten jüngste jüngster"
    " jüngsten "
    "enige oudste jongste"
)
_WORD = r"[\w'äöüßëé-]{1,30}"
_ARTICLE = r"(?:the|that|our|your|unser\w{0,2}|der|die|das|den|dem|de|het|onze|ons|dat)"
_SOLE_WITH = re.compile(
    rf"(?<![\w'])(?P<clause>(?:{_ARTICLE} )?{_SOLE.pattern} (?:{_WORD} ){{0,2}}?(?:{_BODY}),? "
    rf"(?P<tail>(?:with|without|who|whose|that|mit|ohne|der|die|das|deren|dessen|met|zonder|dat|wiens)(?:"
    rf" {_WORD}){{1,6}}))"
)
# What the staff of an event are picked out by.
NOT_TELLING = re.compile(
    r"(?<!\w)(?:left|awake|in the (?:room|tent|house|building)|keys?|radio|badge|coffee|tea|cake|biscuits|snacks|free"
    r"|charger|understands?|remember(?:s|ed)|can|did|does|brought|makes?|made|fix(?:es|ed)?|counts?|checks?|holds?"
    r"|brings?|calls?|called|answers?|operates?|teaches|taught|questions?|microphone|camera"
    r"|schlüssel|funk\w*|kaffee|kuchen|versteht|weiß|kann|gemacht|macht|hält|bringt|bedient|fragen|mikro\w*|kamera"
    r"|sleutels?|portofoon|koffie|taart|snapt|weet|kan|doet|maakt|houdt|brengt|bedient|vragen|microfoon)(?!\w)"
)
_WHO = (
    r"(?:she|he|pt|patient|our (?:patient|lady|gentleman|donor|man|girl|boy)|the (?:patient|lady|donor|man|woman)"
    r"|donor \d|case \d{1,2}|bib \d{1,5}|this|that|sie|er|patientin|die patientin|der patient|das|dame|herr|zij|ze"
    r"|hij|patiënte?|de patiënte?|mevrouw|meneer|dat|dit)"
)
_IS = (
    r"(?: in [\w ]{1,12}| \w{1,12}| (?:from|with|on|vom|aus|mit|van|uit|met)(?: \w{1,14}){1,4})?(?:'s| is| was|"
    r" ist| war)(?: (?:actually|apparently|really|also|in fact|of course"
    r"|früher|übrigens|eigentlich|auch|ja|wohl|doch|nämlich|ook|trouwens|vroeger|eigenlijk|blijkbaar))?"
)
_IS_THE = re.compile(rf"(?<![\w']){_WHO}{_IS} (?P<clause>{_ARTICLE} )")
_DESCRIBED = re.compile(
    rf"(?:{_WORD} ){{0,2}}?(?:{_ANYBODY.pattern}),? (?P<tail>(?:who|that|with|whose|from|mit|aus|vom|von|der|die|das"
    rf"|deren|dessen|met|uit|van|wiens|die)(?: {_WORD}){{2,9}})"
    rf"|(?P<with>(?:mit|met) (?:dem|der|den|einem|einer|de|het|een)(?: {_WORD}){{1,6}})"
)
_NEXT_ROLE = re.compile(rf"(?:{_WORD} ){{0,2}}?(?P<role>[\w'-]{{3,40}})(?!\w)")
_ROLE_TAIL = re.compile(
    r" (?:from|of|at|in|on|behind|opposite|by|vom|von|der|des|am|an|aus|im|hinter|gegenüber|van|uit|bij|op|achter"
    rf"|tegenover)(?: {_WORD}){{1,6}}"
)
# Looks and company that nobody forgets.
_TRAITS = (
    r"(?:\w{0,14}tattoos?|\w{0,14}tätowierung(?:en)?|\w{0,14}tatoeages?|dreadlocks?|dreads|rastas?|mohawk"
    r"|iroke(?:se|nschnitt)?"
    r"|hanenkam|(?:pink|green|blue|purple|orange|rainbow|neon|turquoise|dyed|rosa|grüne[nm]?|blaue[nm]?|lila"
    r"|bunte[nm]?"
    r"|türkise[nm]?|pinke[nm]?|roze|groene?|blauwe?|paarse?|oranje|gekleurde?)[- ](?:hair|haare?n?|haar)"
    r"|handlebar moustache|(?:waxed|curly) moustache|zwirbelbart|rauschebart|hipsterbart|krulsnor|knevel"
    r"|eye ?patch|augenklappe|ooglapje|glass eye|glasauge|glazen oog|(?:gold|golden) (?:tooth|teeth)|goldz(?:ahn"
    r"|ähnen)"
    r"|gouden tand(?:en)?|port[- ]wine stain|feuermal|wijnvlek|hare ?lip|face piercings?|nasenring|neusring"
    r"|guide dog|assistance dog|seeing[- ]eye dog|blindenhund|blindenführhund|assistenzhund|blindengeleidehond"
    r"|hulphond"
    r"|geleidehond|(?:running )?blades?|prosthetic (?:legs?|arms?|hands?)|artificial (?:leg|arm|hand)|(?:leg"
    r"|arm) prosthes[ie]s"
    r"|(?:bein|arm|unterschenkel|hand)prothesen?|(?:been|arm|hand)prothesen?|wooden leg|peg leg|holzbein|houten"
    r" been|kunstbeen"
    r"|unicycle|einrad|eenwieler|penny[- ]farthing|hochrad|handbike|bagpipes?|dudelsack|doedelzak|parrot"
    r"|papagei(?:en)?"
    r"|papegaai|alpaca|lama|\w{0,16}kostüm|\w{0,16}kostuum|\w{0,16}costume|\w{0,12}onesie"
    r"|(?:beren|bananen|dino|konijnen|clowns?|superhelden|kerstman|kippen|koeien|tijger|leeuwen)pak|kilt"
    r"|zylinder|top hat"
    r"|hoge hoed|monocle|monokel|waist[- ]length \w+|hüftlange[nm]? \w+)"
)
_LOOKS = re.compile(
    rf"(?<![\w'])(?P<clause>(?:(?:{_ARTICLE}|a|an|ein\w{{0,2}}|een) )?(?:{_WORD} ){{0,2}}?(?P<who>[\w'-]{{2,30}}),? "
    r"(?:with|w/|in|wearing|on|has|had|mit|im|in|auf|trägt|hat|met|op|draagt|heeft|who has|die|der) "
    rf"(?:{_WORD} ){{0,4}}?{_TRAITS}(?: (?:on|of|over|across|round|around|behind|at|auf|am|an|über|hinter|von|op"
    rf"|over|van|in"
    rf"|achter|met) {_WORD}(?: {_WORD}){{0,3}})?)(?!\w)"
)
_DRESSED = re.compile(
    rf"(?<![\w'])(?P<clause>(?:(?:{_ARTICLE}|a|an|ein\w{{0,2}}|een) )?(?:{_BODY}|she|he|sie|er|ze|zij|hij|one"
    rf"|who)(?: {_WORD}){{0,3}}? "
    rf"(?:(?:dressed|disguised|verkleidet|verkleed) (?:up )?(?:as|als) (?:{_WORD} ?){{1,3}}|als (?:{_WORD}"
    rf" ){{1,3}}?(?:verkleidet|verkleed)"
    r"))(?!\w)"
)
_MISSING = re.compile(
    r"(?<![\w'])(?P<clause>(?:she|he|who|with|patient|pt|man|woman|sie|er|frau|mann|mit|patientin|ze|zij|hij"
    r"|vrouw|met|patiënte?|die|der)"
    rf"(?: {_WORD}){{0,3}}? (?:(?:missing|without|minus|only has|ohne|zonder|mist|fehlen|fehlt|nur noch|nog maar"
    rf"|born with|geboren mit|geboren met)"
    r" (?:a |an |one |two |three |four |half |both |her |his |the |only |ein\w{0,2} |zwei |drei |vier |sechs "
    r"|beide |ihr\w{0,2} |sein\w{0,2} "
    r"|een |één |twee |drie |vier |zes |beide |haar |zijn |six |eleven |twelve |zwölf |twaalf ){1,2}(?:left "
    r"|right |linke\w? |rechte\w? |linker |rechter )?"
    r"(?:fingers?|toes?|thumbs?|ears?|hands?|arms?|legs?|eyes?|finger|zehen?|daumen|ohr(?:en)?|hand|hände|arm"
    r"|beine?n?|auge"
    r"|vingers?|tenen|teen|duim|oor|oren|handen|been|benen|oog)))(?!\w)"
)
_MISSING_WORDS = words("missing without minus only ohne zonder mist fehlen fehlt nur nog born geboren")
# Family of whoever a place has one of.
_KIN_EN = (
    "daughter|son|wife|husband|widow|widower|mother|father|mum|mom|dad|sister|brother|twin|niece|nephew|grandson"
    "|granddaughter|grandchild|gran|granny|grandmother|grandfather|aunt|uncle|fiancée?|girlfriend|boyfriend"
    "|cousin|kid"
    "|boy|girl|lad|youngest|eldest|stepson|stepdaughter|son-in-law|daughter-in-law|brother-in-law|sister-in-law"
)
_KIN_DE = (
    "schwager|schwägerin|schwiegersohn|schwiegertochter|stiefsohn|stieftochter|patenkind|"
    "tochter|töchter|sohn|frau|ehefrau|mann|ehemann|witwe|witwer|mutter|vater|schwester|bruder|enkel|enkelin"
    "|nichte|neffe"
    "|oma|opa|cousine?|gattin|gatte|verlobte[rn]?"
)
_KIN_NL = (
    "dochtertje|zoontje|stiefzoon|stiefdochter|schoonzoon|schoondochter|zwager|schoonzus|petekind|"
    "dochter|zoon|vrouw|man|echtgenote?|weduwe|weduwnaar|moeder|vader|zus|zusje|broer|broertje|kleinzoon"
    "|kleindochter|nicht"
    "|neef|oma|opa|partner|verloofde"
)
_KIN_OF = re.compile(
    rf"(?<![\w'])(?P<clause>(?:the |our |a )?(?:{_WORD} ){{0,2}}?(?P<en>[\w-]{{3,30}})'s (?:(?:old|young|late"
    rf"|eldest|youngest|only) )?(?:{_KIN_EN})"
    rf"|(?:die |der |dem |den )?(?:{_KIN_DE}) (?:des|der|vom|von unserem|von unserer|unseres|unserer)"
    rf" (?P<de>[\w-]{{3,40}})"
    rf"|(?:de |het )?(?:{_KIN_NL}) van (?:de|het|onze|ons) (?P<nl>[\w-]{{3,40}}))(?!\w)"
)
_KIN_WORDS = words(
    f"{_KIN_EN}|{_KIN_DE}|{_KIN_NL}".replace("|", " ").replace("ée?", "ee").replace("cousine?", "cousine")
)
_KIN_WORDS |= words("töchter verlobte echtgenoot echtgenote fiancé fiancée cousin")
_KIN_GLUED = re.compile(
    r"(?<![\w-])(?P<office>[a-zäöüß]{4,24}?)(?:s|n|en)?(?:tochter|sohn|witwe|gattin|dochter|zoon|weduwe|vrouw)(?!\w)"
)
_KIN_TAILS = ("tochter", "sohn", "witwe", "gattin", "dochter", "zoon", "weduwe", "svrouw")
# Known from somewhere, and known to everybody.
_MEDIA = (
    r"(?:\w{0,12}documentary|\w{0,14}doku(?:mentation)?|\w{0,12}documentaire|tv|telly|television|fernsehen"
    r"|televisie|tele|news"
    r"|nachrichten|nieuws|journaal|tagesschau|papers?|newspaper|zeitung|krant|magazine|magazin|tijdschrift|radio"
    r"|podcast"
    r"|billboards?|\w{0,12}posters?|\w{0,14}plakate?n?|affiches?|reclame\w{0,6}|werbe\w{2,8}|werbung|adverts?"
    r"|ads?|commercials?|postcards?"
    r"|postkarten?|ansichtkaart\w{0,2}|calendar|\w{0,10}kalender|front page|titelseite|titelblatt|voorpagina"
    r"|cover|album cover"
    r"|film|movie|kino|serie|series|show|quiz ?show|\w{0,8}show|quiz|talent show|reality show|bake[- ]off"
    r"|casting\w{0,5}|youtube|tiktok|instagram"
    r"|internet|viral (?:video|clip)|meme|stamps?|briefmarke|postzegel|mural|statue|denkmal|standbeeld|book|buch"
    r"|boek|novel|roman)"
)
_FROM_MEDIA = re.compile(
    rf"(?<![\w'])(?P<clause>(?:{_BODY}|one|she|he|her|him|she's|he's|sie|er|ihn|ihr|der|die|ze|zij|hij|haar|hem"
    rf"|degene|die)"
    rf"(?: (?!flauw|sick|tired|moe|bored){_WORD}){{0,4}}?,? (?:from|off|on|in|aus|auf|von|vom|im|uit|van|op)"
    rf" (?:the |that |this |a |der |dem |den |einem|einer |die |de |het |een )?"
    rf"(?:{_WORD} )?{_MEDIA}(?: (?:about|of|on|über|vom|von|over|van)(?: {_WORD}){{1,4}})?)(?!\w)"
)
_KNOWN_WORDS = words(
    "documentary doku dokumentation documentaire tv telly television fernsehen televisie news nachrichten nieuws"
    " journaal "
    "tagesschau paper papers newspaper zeitung krant magazine magazin tijdschrift radio podcast billboard"
    " billboards poster "
    "posters plakat plakate affiche affiches werbung advert adverts ad ads commercial commercials postcard"
    " postcards postkarte "
    "postkarten ansichtkaart ansichtkaarten calendar kalender page titelseite titelblatt voorpagina cover film"
    " movie kino serie "
    "series show quiz quizshow bake-off youtube tiktok instagram internet viral meme stamp stamps briefmarke"
    " postzegel mural "
    "statue denkmal standbeeld book buch boek novel roman"
)
_MEDIA_TAILS = ("doku", "documentaire", "poster", "plakat", "show", "reclame", "reclamebord", "werbespot", "off")
_KNOWN = re.compile(
    r"(?<![\w'])(?P<clause>(?:you |we |people |everyone |staff )?(?:may |might |will |'ll |probably |all"
    r" )?(?:know|knows|recogni[sz]e|remember|seen|saw) "
    r"(?:her|him|them|the face) (?:from|off|as|on)(?: [\w'-]{1,24}){1,5}"
    r"|(?:half|all|most|everyone|everybody|anyone|nobody|the whole|every) ?(?:of )?(?:the |our )?(?:\w{2,14}"
    r" )?(?:\w{2,14} )?(?:here )?"
    r"(?:knows?|recogni[sz]es?|misses|loves?) (?:her|him)"
    r"|(?:you|u|ya) (?:can't|cant|cannot|couldn't|won't) (?:miss|mistake) (?:her|him)"
    r"|(?:man|jeder|jede|ihr|viele|alle|halb \w{2,24}|(?:der|die|das) (?:halbe|ganze) \w{2,24}) (?:hier"
    r" )?(?:kennt|kennen) (?:hier )?(?:sie|ihn)"
    r"|(?:kennt|kennen) (?:sie|ihn|man) (?:hier )?(?:aus|vom|von|jeder|das ganze|der ganze|die ganze|das halbe"
    r"|die halbe|halb)(?: [\w'äöüß-]{1,24}){0,4}"
    r"|(?:sie|ihn|die|den) kennt (?:hier |doch )?(?:jeder|man aus|man vom|das ganze|der ganze|die ganze|halb|das"
    r" halbe|die halbe)(?: [\w'äöüß-]{1,24}){0,3}"
    r"|(?:je|jullie|we|iedereen|heel \w{2,24}|half \w{2,24}|(?:de|het) (?:halve|hele) \w{2,24}) (?:hier"
    r" )?(?:kent|kennen) (?:hier )?(?:haar|hem|'m)"
    r"(?: (?:van|uit)(?: [\w'-]{1,24}){1,4})?|(?:kent|kennen) (?:jullie |we |je )?(?:haar|hem)(?: \w{2,10})?"
    r" (?:van|uit)(?: [\w'-]{1,24}){1,4}"
    r"|(?:bekannt|berühmt) (?:aus|von|vom|durch|als)(?: [\w'äöüß-]{1,24}){1,4}|(?:bekend|beroemd) (?:van|uit|om"
    r"|door|als)(?: [\w'-]{1,24}){1,4}"
    r"|(?:she|he|pt|patient|she's|he's) (?:is |was )?(?:well |best )?(?:known|famous) (?:for|as|from)(?:"
    r" [\w'-]{1,24}){1,4})(?!\w)"
)
_KNOWN_TRIGGERS = words(
    "know knows recognise recognize recognises recognizes remember seen saw miss mistake misses love loves kennt"
    " kennen kent "
    "bekannt berühmt bekend beroemd known famous"
)
# Titles that one person bears at a time.
_TITLE = re.compile(
    r"(?<![\w'])(?P<clause>(?:(?:the|our|a|this year's|last year's|reigning|former|ex-|der|die|ein\w{0,2}"
    r"|unser\w{0,2}|amtierende[rn]?|ehemalige[rn]?"
    r"|de|een|onze|regerend|voormalig) )*"
    r"(?:(?:carnival|harvest|rodeo|rose|prom|homecoming|pageant|beauty|may|dairy|corn|snow|ice|strawberry|pearly"
    r"|festival) (?:queen|king|princess|prince)"
    r"|(?:mister|mr|miss|mrs) (?:world|universe|\w{4,16}(?:shire|land|town|ton|county))"
    r"|(?:world|national|european|olympic|paralympic|british|irish|scottish|welsh|german|austrian|swiss|dutch"
    r"|belgian|county|state|regional"
    r"|provincial|commonwealth|all-ireland|boxing|chess|wrestling|judo|darts|rowing|sailing|karate|fencing"
    r"|skating|cycling|ploughing|sheepdog|"
    r"[\w-]{2,8}[- ]time|reigning)(?: \w{3,14}){0,2} (?:champion|medall?ist|title holder)"
    r"|[a-zäöü-]{3,24}(?:königin|weinprinzessin|prinzessin|majestät)|(?:faschings|karnevals|kinder|narren"
    r"|schützen|jecken)-?(?:prinz|könig|präsident)"
    r"|[a-zäöü-]{3,20}(?:weltmeister|europameister|staatsmeister|landesmeister|vizemeister|rekordhalter"
    r"|olympiasieger)(?:in)?"
    r"|(?:deutsche[rn]?|österreichische[rn]?|schweizer|bayerische[rn]?|olympische[rn]?) (?:\w{3,14}-?)?meister(?:in)?"
    r"|(?:jeugd|stads|dorps|carnavals|schutters|kinder)(?:prins|prinses|koning|koningin)|prins carnaval"
    r"|(?:nederlands|belgisch|vlaams|fries|europees|regionaal|provinciaal|olympisch) kampioene?"
    r"|[a-z-]{3,16}(?:kampioene?|koningin)))(?!\w)"
)
_TITLE_TAILS = listed(
    "queen king princess prince champion medalist medallist holder königin prinzessin majestät prinz könig "
    "präsident meister meisterin rekordhalter rekordhalterin olympiasieger olympiasiegerin prins prinses koning "
    "koningin kampioen kampioene carnaval universe world shire county"
)
_NO_TITLE = re.compile(
    r"(?:schnee|bienen|ameisen|eis|zaun|termiten|bijen|mieren|sneeuw)(?:königin|koningin|prinzessin)$"
)
_RARE = re.compile(
    r"(?<![\w'])(?P<clause>one in (?:a|ten|a hundred) (?:million|billion)|one in a (?:hundred )?thousand"
    r"|(?:1|one) (?:in|per) \d{1,3}(?:[.,' ]\d{3})+|(?:1|einer?|eine von|een) (?:von|zu|op|op de)"
    r" \d{1,3}(?:[.,' ]\d{3})+"
    r"|einer? unter (?:einer )?millionen?|één op (?:de |een )?miljoen"
    r"|(?:only|just|nur|erst|slechts|maar|pas|about|fewer than) (?:the |de |der )?[\w-]{1,14} (?:known "
    r"|documented |recorded |described |bekannte |dokumentierte "
    r"|beschriebene |bekende |beschreven )?(?:cases?|patients|people|fälle?n?|patienten|menschen|gevallen"
    r"|patiënten|mensen) (?:\w{1,10} )?(?:ever|on record|in history"
    r"|in the literature|known|reported|described|weltweit|bekannt|in der literatur|beschrieben|wereldwijd"
    r"|bekend|in de literatuur|ooit)"
    r"|(?:the )?(?:only|first|second|third|fourth|fifth|\d{1,2}(?:st|nd|rd|th)|der|die|erste[rn]?|zweite[rn]?"
    r"|dritte[rn]?|eerste|tweede|derde|vierde) (?:\w{3,12} )?"
    r"(?:case|patient|person|child|baby|fall|patientin|mensch|kind|geval|patiënte?|mens) (?:ever|worldwide|in"
    r" the world|in the country|in history"
    r"|on record|weltweit|landesweit|überhaupt|wereldwijd|ter wereld|ooit|van het land))(?!\w)"
)
_SIZES = re.compile(
    r"(?<![\w'])(?P<clause>(?:nearly |over |almost )?(?:seven|7) (?:foot|feet|ft)(?! (?:pedals?|switch|board"
    r"|rest|plate|of))(?: (?:\d{1,2}|one|two|three"
    r"|four|five|six|tall))?"
    r"|(?:six|eleven|twelve|sechs|elf|zwölf|zes|twaalf) (?:fingers?|toes|zehen|vingers|tenen)"
    r"|one (?:\w{3,6} eye and one \w{3,6}|blue eye|brown eye|green eye)|(?:ein blaues|een blauw|een bruin|ein"
    r" braunes) (?:auge|oog))(?!\w)"
)
_SIZE_WORDS = words("foot feet ft finger fingers toes zehen vingers tenen eye auge oog")
_OF_THE_LAND = re.compile(
    r"(?<![\w'])(?P<clause>(?:the|der|die|das|de|het) (?:only|oldest|youngest|tallest|first|last|einzige|älteste"
    r"|jüngste|größte|erste|letzte|enige|oudste"
    r"|jongste|langste|eerste|laatste) (?:\w{3,20} )?(?:in|im|of|von|vom|des|van|on|auf|op) (?:the |der |dem "
    r"|den |de |het |our |unserem |ons )?(?:whole |ganzen |hele )?"
    r"(?:country|land|landes|county|village|town|world|island|valley|dorf|dorfes|region|kreis|bezirk|welt|insel"
    r"|tal|ort|provinz|kanton|dorp|streek|provincie"
    r"|wereld|eiland|gemeente|stad)"
    r"|(?:one of|eine[rs]? (?:von|der)|een van de) (?:only |nur |maar )?(?:two|three|four|five|six|zwei|drei"
    r"|vier|fünf|twee|drie|vijf)(?: (?:people|persons|patients|adults|grown[- ]?ups|men|women|kids|children"
    r"|cases|menschen|leuten?|patienten"
    r"|erwachsenen|frauen|männern|kindern|fällen|mensen|patiënten|volwassenen|vrouwen|mannen|kinderen"
    r"|gevallen))? (?:round here|around here"
    r"|hereabouts|in the (?:county|country|region|area|valley)|in der (?:gegend|region)|im (?:land|kreis|bezirk"
    r"|tal|ort)|hier|in de (?:buurt|streek|provincie)|in het land))(?!\w)"
)
_OF_WORDS = words(
    "country land landes county village town world island valley dorf dorfes region kreis bezirk welt insel tal"
    " ort provinz kanton dorp streek "
    "provincie wereld eiland gemeente stad here hereabouts area gegend buurt hier"
)
_RARE_WORDS = words(
    "million billion thousand millionen miljoen ever record history literature known reported described"
    " worldwide world country "
    "weltweit bekannt literatur beschrieben landesweit überhaupt wereldwijd bekend literatuur ooit wereld land"
    " in per von zu op"
)


def singled_out(view: View) -> Iterator[Hit]:
    low, vocabulary = view.low, view.vocabulary
    for triggers, pattern, rule in _PLAIN:
        if not triggers.isdisjoint(vocabulary):
            for m in pattern.finditer(low):
                yield Hit(m.start("clause"), m.end("clause"), "singled-out", rule, 0.6)
    if not _SOLE.absent(view):
        for m in _SOLE_WITH.finditer(low):
            if not NOT_TELLING.search(m["tail"]):
                yield Hit(m.start("clause"), m.end(), "singled-out", "sole-with", 0.6)
    yield from _predicates(view)
    yield from _looks(view)
    yield from _family(view)
    if not _KNOWN_WORDS.isdisjoint(vocabulary) or any(word.endswith(_MEDIA_TAILS) for word in vocabulary):
        yield from _all(_FROM_MEDIA, low, "from-media")
    if any(word.endswith(_TITLE_TAILS) for word in vocabulary):
        for m in _TITLE.finditer(low):
            if not _NO_TITLE.search(m.group()):
                yield Hit(m.start("clause"), m.end(), "singled-out", "title", 0.6)


def _all(pattern: re.Pattern[str], low: str, rule: str) -> Iterator[Hit]:
    for m in pattern.finditer(low):
        yield Hit(m.start("clause"), m.end("clause"), "singled-out", rule, 0.6)


_PLAIN: tuple[tuple[frozenset[str], re.Pattern[str], str], ...] = (
    (_KNOWN_TRIGGERS, _KNOWN, "known-to-all"),
    (_MISSING_WORDS, _MISSING, "looks"),
    (words("dressed disguised verkleidet verkleed"), _DRESSED, "looks"),
    (_RARE_WORDS, _RARE, "rare"),
    (_SIZE_WORDS, _SIZES, "looks"),
    (_OF_WORDS, _OF_THE_LAND, "sole-of-land"),
)


def _predicates(view: View) -> Iterator[Hit]:
    """ "She is the organist", "er ist der mit dem Papagei": whom a definite article picks out."""
    for m in _IS_THE.finditer(view.low):
        start, at = m.start("clause"), m.end()
        described = _DESCRIBED.match(view.low, at)
        if described:
            if not NOT_TELLING.search(described.group()):
                yield Hit(start, described.end(), "singled-out", "described", 0.6)
            continue
        role = _NEXT_ROLE.match(view.low, at)
        if role and _is_trade(view, role["role"]):
            tail = _ROLE_TAIL.match(view.low, role.end())
            yield Hit(start, tail.end() if tail else role.end(), "singled-out", "role-of", 0.6)


def _is_trade(view: View, word: str) -> bool:
    """What somebody does outside this house: those who treat and run the event are spoken of by their work."""
    stem = word.removesuffix("'s")
    return is_role(view, stem) and stem not in _table() and fold(stem) not in view.lexicon.clinical


def _table() -> frozenset[str]:
    return words(packaged.table("lexicon/roles.toml")["staff"]["words"])


_TRAIT_CUES = phrases(
    "tattoo tattoos tätowierung tätowierungen tatoeage tatoeages dreadlocks dreadlock dreads rastas mohawk iroke"
    " irokese "
    "irokesenschnitt hanenkam hair haar haare haaren moustache zwirbelbart rauschebart hipsterbart krulsnor"
    " knevel patch eyepatch "
    "augenklappe ooglapje eye glasauge oog tooth teeth goldzahn goldzähnen tand tanden stain feuermal wijnvlek"
    " harelip lip piercing "
    "piercings nasenring neusring dog blindenhund blindenführhund assistenzhund blindengeleidehond hulphond"
    " geleidehond blade "
    "blades prosthetic artificial prosthesis prostheses beinprothese beinprothesen armprothese armprothesen "
    "unterschenkelprothese unterschenkelprothesen handprothese beenprothese beenprothesen leg holzbein been"
    " kunstbeen unicycle "
    "einrad eenwieler farthing hochrad handbike bagpipe bagpipes dudelsack doedelzak parrot papagei papagaai"
    " papegaai alpaca lama "
    "kilt zylinder hat hoed monocle monokel waist hüftlangen hüftlange"
)
_TRAIT_TAILS = ("kostüm", "kostuum", "costume", "onesie", "pak", "tattoo", "tätowierung", "tatoeage", "papageien")
_WHO_LOOKS = words("she he sie er ze zij hij who one der die wer")


def _looks(view: View) -> Iterator[Hit]:
    if _TRAIT_CUES.absent(view) and not any(word.endswith(_TRAIT_TAILS) for word in view.vocabulary):
        return
    for m in _LOOKS.finditer(view.low):
        who = m["who"]
        if who in _SOMEBODY.entries or who in _WHO_LOOKS or is_role(view, who):
            yield Hit(m.start("clause"), m.end(), "singled-out", "looks", 0.6)


def _family(view: View) -> Iterator[Hit]:
    if not _KIN_WORDS.isdisjoint(view.vocabulary):
        for m in _KIN_OF.finditer(view.low):
            office = m["en"] or m["de"] or m["nl"]
            forms = (office, office.removesuffix("s"), office.removesuffix("es"), office.removesuffix("en"))
            if any(is_office(view, form) or _is_trade(view, form) for form in forms):
                yield Hit(m.start("clause"), m.end(), "singled-out", "kin-of", 0.6)
    if any(word.endswith(_KIN_TAILS) for word in view.vocabulary):
        for m in _KIN_GLUED.finditer(view.low):
            if is_office(view, m["office"]):
                yield Hit(m.start(), m.end(), "singled-out", "kin-of", 0.6)

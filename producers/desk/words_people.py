"""What the desk says after a press about people and passkeys: English, German, Dutch."""

# ruff: noqa: E501  # a sentence and its translations stand below each other, each on one line
from streams.scrub.kind_words import Three

SAID: dict[str, Three] = {
    "person-added": (
        "Added. The tile is on all tablets.",
        "Hinzugefügt. Die Kachel steht auf allen Tablets.",
        "Toegevoegd. De tegel staat op alle tablets.",
    ),
    "person-removed": (
        "Removed, and signed out everywhere. What they wrote stays.",
        "Entfernt und überall abgemeldet. Was sie geschrieben haben, bleibt.",
        "Verwijderd en overal afgemeld. Wat ze hebben geschreven, blijft.",
    ),
    "events-named": (
        "Set. It counts from now on, on every device.",
        "Gesetzt. Es gilt ab jetzt, auf jedem Gerät.",
        "Vastgelegd. Het geldt vanaf nu, op elk apparaat.",
    ),
    "passkey-revoked": (
        "Revoked. Whoever was signed in with it is out.",
        "Gesperrt. Wer damit angemeldet war, ist draußen.",
        "Ingetrokken. Wie ermee was aangemeld, is eruit.",
    ),
    "not-signed-in": (
        "Your session has ended. Sign in again; nothing was changed.",
        "Ihre Sitzung ist zu Ende. Melden Sie sich neu an; es wurde nichts geändert.",
        "Uw sessie is afgelopen. Meld u opnieuw aan; er is niets gewijzigd.",
    ),
    "other-event": (
        "You are not named for this live event. Ask its director.",
        "Für diese Veranstaltung sind Sie nicht benannt. Fragen Sie deren Leitung.",
        "U bent voor dit evenement niet genoemd. Vraag de leiding ervan.",
    ),
    "needs-passkey": (
        "This needs your passkey. Sign in with it, with scripts switched on, and press again. Nothing was approved.",
        "Das braucht Ihren Passkey. Melden Sie sich damit an, mit eingeschalteten Skripten, und drücken Sie noch einmal. Es wurde nichts freigegeben.",
        "Dit vraagt uw passkey. Meld u ermee aan, met scripts ingeschakeld, en druk opnieuw. Er is niets goedgekeurd.",
    ),
    "bad-passkey": (
        "This passkey could not be verified. Try again.",
        "Dieser Passkey ließ sich nicht prüfen. Versuchen Sie es noch einmal.",
        "Deze passkey kon niet worden gecontroleerd. Probeer het opnieuw.",
    ),
    "known-passkey": (
        "This passkey is known already.",
        "Dieser Passkey ist schon bekannt.",
        "Deze passkey is al bekend.",
    ),
    "unknown-passkey": (
        "This passkey is not known here, or was revoked. Ask the director.",
        "Dieser Passkey ist hier nicht bekannt oder gesperrt. Fragen Sie die Leitung.",
        "Deze passkey is hier niet bekend of is ingetrokken. Vraag de leiding.",
    ),
    "passkey-counter": (
        "The counter of this passkey went back; there may be a copy of it. Tell the director. Nothing was approved.",
        "Der Zähler dieses Passkeys ging zurück; vielleicht gibt es eine Kopie. Sagen Sie es der Leitung. Es wurde nichts freigegeben.",
        "De teller van deze passkey ging terug; misschien is er een kopie. Zeg het tegen de leiding. Er is niets goedgekeurd.",
    ),
    "old-challenge": (
        "This took too long, or was done before. Try again.",
        "Das hat zu lange gedauert oder war schon getan. Versuchen Sie es noch einmal.",
        "Dit duurde te lang, of was al gedaan. Probeer het opnieuw.",
    ),
    "other-challenge": (
        "The passkey signed something else. Read it again; nothing was approved.",
        "Der Passkey hat etwas anderes signiert. Lesen Sie neu; es wurde nichts freigegeben.",
        "De passkey ondertekende iets anders. Lees het opnieuw; er is niets goedgekeurd.",
    ),
    "bad-code": (
        "This code does not work: it is wrong, was used, or is older than five minutes. Ask for another.",
        "Dieser Code gilt nicht: Er ist falsch, schon benutzt oder älter als fünf Minuten. Lassen Sie sich einen anderen geben.",
        "Deze code werkt niet: hij is fout, al gebruikt of ouder dan vijf minuten. Vraag een andere.",
    ),
    "too-many-tries": (
        "Too many wrong tries to sign in. Wait a minute and try again.",
        "Zu viele falsche Versuche. Warten Sie eine Minute und versuchen Sie es dann wieder.",
        "Te veel foute pogingen. Wacht een minuut en probeer het dan weer.",
    ),
    "no-relying-party": (
        "Passkeys need the desk’s name, not its address.",
        "Passkeys brauchen den Namen des Pults, nicht seine Adresse.",
        "Passkeys hebben de naam van de desk nodig, niet het adres.",
    ),
    "no-event": (
        "A right names its live events. Choose one at least.",
        "Ein Recht nennt seine Veranstaltungen. Wählen Sie mindestens eine.",
        "Een recht noemt de evenementen. Kies er minstens één.",
    ),
    "bad-event": (
        "An event’s id is made of small letters, digits and hyphens.",
        "Die Kennung einer Veranstaltung besteht aus kleinen Buchstaben, Ziffern und Bindestrichen.",
        "De code van een evenement bestaat uit kleine letters, cijfers en streepjes.",
    ),
    "pin-or-passkey": (
        "Reporters have a PIN; everybody else makes a passkey.",
        "Wer berichtet, hat eine PIN; alle anderen machen einen Passkey.",
        "Verslaggevers hebben een pincode; alle anderen maken een passkey.",
    ),
}

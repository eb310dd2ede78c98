"""Sentences of the desk's pages about people and their passkeys: English, then German and Dutch."""

# ruff: noqa: E501  # a sentence and its translations stand on one line, or a translator cannot compare them
PHRASES: dict[str, tuple[str, str]] = {
    "A passkey for {who}": ("Ein Passkey für {who}", "Een passkey voor {who}"),
    "Add and invite": ("Hinzufügen und einladen", "Toevoegen en uitnodigen"),
    "Add somebody to the desk": ("Jemanden am Pult hinzufügen", "Iemand aan de desk toevoegen"),
    "Add somebody who writes on tablets": (
        "Jemanden hinzufügen, der auf Tablets schreibt",
        "Iemand toevoegen die op tablets schrijft",
    ),
    "Change…": ("Ändern…", "Wijzigen…"),
    "Every event": ("Jede Veranstaltung", "Elk evenement"),
    "For which live events": ("Für welche Veranstaltungen", "Voor welke evenementen"),
    "Go on": ("Weiter", "Verder"),
    "Has a passkey now:": ("Hat jetzt einen Passkey:", "Heeft nu een passkey:"),
    "Invite": ("Einladen", "Uitnodigen"),
    "Is this somebody else’s name? Then stop here and tell the director.": (
        "Steht hier ein anderer Name? Dann hören Sie hier auf und sagen Sie es der Leitung.",
        "Staat hier een andere naam? Stop dan en zeg het tegen de leiding.",
    ),
    "It works once, for this person. Whoever has it can make the passkey: show it to them alone.": (
        "Er gilt einmal, für diese Person. Wer ihn hat, kann den Passkey machen: Zeigen Sie ihn nur ihr.",
        "Hij werkt één keer, voor deze persoon. Wie hem heeft, kan de passkey maken: toon hem alleen aan die persoon.",
    ),
    "Make the passkey": ("Passkey machen", "Passkey maken"),
    "Make your passkey": ("Ihr Passkey", "Uw passkey"),
    "No passkey was made. Press again, or ask for another code.": (
        "Es wurde kein Passkey gemacht. Drücken Sie noch einmal, oder lassen Sie sich einen anderen Code geben.",
        "Er is geen passkey gemaakt. Druk nog een keer, of vraag een andere code.",
    ),
    "No passkey yet": ("Noch kein Passkey", "Nog geen passkey"),
    "One more passkey": ("Noch ein Passkey", "Nog een passkey"),
    "Or its id, such as knee-2026": ("Oder ihre Kennung, etwa knee-2026", "Of de code ervan, zoals knee-2026"),
    "Or they open this address and type the code:": (
        "Oder sie öffnet diese Adresse und tippt den Code:",
        "Of open dit adres en typ de code:",
    ),
    "Passkey lost": ("Passkey verloren", "Passkey kwijt"),
    "Passkey since": ("Passkey seit", "Passkey sinds"),
    "Passkeys belong to a name, not to an address. Open the desk by its name:": (
        "Passkeys gehören zu einem Namen, nicht zu einer Adresse. Öffnen Sie das Pult unter seinem Namen:",
        "Passkeys horen bij een naam, niet bij een adres. Open de desk onder zijn naam:",
    ),
    "Passkeys belong to a name, not to an address. The operator can tell under which name this desk is reached.": (
        "Passkeys gehören zu einem Namen, nicht zu einer Adresse. Unter welchem Namen das Pult zu erreichen ist, weiß der Betrieb.",
        "Passkeys horen bij een naam, niet bij een adres. De beheerder weet onder welke naam de desk te bereiken is.",
    ),
    "Passkeys need scripts. Switch them on for this page, or use a role’s key.": (
        "Passkeys brauchen Skripte. Schalten Sie sie für diese Seite ein, oder nehmen Sie den Schlüssel einer Rolle.",
        "Passkeys hebben scripts nodig. Zet ze aan voor deze pagina, of gebruik de sleutel van een rol.",
    ),
    "Passkeys need scripts. Switch them on for this page.": (
        "Passkeys brauchen Skripte. Schalten Sie sie für diese Seite ein.",
        "Passkeys hebben scripts nodig. Zet ze aan voor deze pagina.",
    ),
    "People": ("Personen", "Mensen"),
    "Removing and revoking end every open session at once. What somebody wrote or decided stays.": (
        "Entfernen und Sperren beenden sofort jede offene Sitzung. Was jemand geschrieben oder entschieden hat, bleibt.",
        "Verwijderen en intrekken beëindigen elke open sessie meteen. Wat iemand schreef of besliste, blijft.",
    ),
    "Revoke": ("Sperren", "Intrekken"),
    "Revoked passkeys": ("Gesperrte Passkeys", "Ingetrokken passkeys"),
    "Role": ("Rolle", "Rol"),
    "Set these events": ("Diese Veranstaltungen setzen", "Deze evenementen vastleggen"),
    "Sign in with passkey": ("Mit Passkey anmelden", "Aanmelden met passkey"),
    "The code that the director shows": ("Der Code, den die Leitung zeigt", "De code die de leiding toont"),
    "The desk could not be reached. Nothing was approved.": (
        "Das Pult war nicht zu erreichen. Es wurde nichts freigegeben.",
        "De desk was niet te bereiken. Er is niets goedgekeurd.",
    ),
    "The desk could not be reached. Try again.": (
        "Das Pult war nicht zu erreichen. Versuchen Sie es noch einmal.",
        "De desk was niet te bereiken. Probeer het opnieuw.",
    ),
    "The device is gone: every passkey of theirs ends at once, and a new invitation is shown. It is recorded.": (
        "Das Gerät ist weg: Alle Passkeys dieser Person enden sofort, und eine neue Einladung erscheint. Das wird festgehalten.",
        "Het apparaat is weg: alle passkeys van deze persoon eindigen meteen en er verschijnt een nieuwe uitnodiging. Dat wordt vastgelegd.",
    ),
    "The next page shows an invitation. With it they make a passkey on their own device, within five minutes.": (
        "Die nächste Seite zeigt eine Einladung. Damit entsteht binnen fünf Minuten ein Passkey auf dem eigenen Gerät.",
        "De volgende pagina toont een uitnodiging. Daarmee ontstaat binnen vijf minuten een passkey op het eigen apparaat.",
    ),
    "The passkey was not used. Nothing was approved.": (
        "Der Passkey wurde nicht benutzt. Es wurde nichts freigegeben.",
        "De passkey is niet gebruikt. Er is niets goedgekeurd.",
    ),
    "The passkey was not used. You are not signed in.": (
        "Der Passkey wurde nicht benutzt. Sie sind nicht angemeldet.",
        "De passkey is niet gebruikt. U bent niet aangemeld.",
    ),
    "The team": ("Das Team", "Het team"),
    "There they make a passkey, and are signed in.": (
        "Dort entsteht der Passkey, und die Person ist angemeldet.",
        "Daar ontstaat de passkey, en de persoon is aangemeld.",
    ),
    "This browser has no passkeys. Open the address with another one.": (
        "Dieser Browser kennt keine Passkeys. Öffnen Sie die Adresse mit einem anderen.",
        "Deze browser kent geen passkeys. Open het adres met een andere.",
    ),
    "This browser has no passkeys. Take another one, or a role’s key.": (
        "Dieser Browser kennt keine Passkeys. Nehmen Sie einen anderen, oder den Schlüssel einer Rolle.",
        "Deze browser kent geen passkeys. Neem een andere, of de sleutel van een rol.",
    ),
    "With a role’s key": ("Mit dem Schlüssel einer Rolle", "Met de sleutel van een rol"),
    "With it you sign in here and approve, on this device alone. It needs your finger, your face or the PIN of this device each time.": (
        "Damit melden Sie sich hier an und geben frei, nur an diesem Gerät. Er braucht jedes Mal Ihren Finger, Ihr Gesicht oder die PIN dieses Geräts.",
        "Daarmee meldt u zich hier aan en keurt u goed, alleen op dit apparaat. Hij vraagt elke keer uw vinger, uw gezicht of de pincode van dit apparaat.",
    ),
    "With your passkey": ("Mit Ihrem Passkey", "Met uw passkey"),
    "Your passkey needs scripts. Switch them on for this page to approve; stopping, editing and returning work without.": (
        "Ihr Passkey braucht Skripte. Schalten Sie sie zum Freigeben für diese Seite ein; Stoppen, Bearbeiten und Zurückgeben gehen ohne.",
        "Uw passkey heeft scripts nodig. Zet ze aan om goed te keuren; stoppen, bewerken en teruggeven werken zonder.",
    ),
    "and {n} more": ("und {n} weitere", "en nog {n}"),
    "the passkey of {who}": ("den Passkey von {who}", "de passkey van {who}"),
    "with passkey": ("mit Passkey", "met passkey"),
    "{who} points the camera of their own device at this code.": (
        "{who} richtet die Kamera des eigenen Geräts auf diesen Code.",
        "{who} richt de camera van het eigen apparaat op deze code.",
    ),
}

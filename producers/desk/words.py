"""Kinds of findings, reasons and refusals in plain words, in English, German and Dutch.

A kind nobody described yet gets a general sentence: the desk must never fail because a rule is newer than its words.
"""

import re
from collections.abc import Sequence

from producers.desk import words_people, words_preparing, words_rehearsal
from schemas.draft import Action
from streams.pins import PIN_DIGITS_MAX, PIN_DIGITS_MIN
from streams.scrub import kind_words
from streams.scrub.kind_words import LANGS, Lang, Three, Word, pick

__all__ = ["LANGS", "Lang", "Three", "Word", "pick"]

# Why a person is asked: a kind of finding (streams/scrub/kind_words.py has the words), or an end of what was cleared.
KINDS: dict[str, Word] = {
    **kind_words.KINDS,
    # not findings: why a person is asked
    "unknown-outcome": Word(
        ("Is this public? Nobody knows", "Ist das öffentlich? Niemand weiß es", "Is dit openbaar? Niemand weet het"),
        ("Unknown outcome", "Ausgang unbekannt", "Uitkomst onbekend"),
    ),
    "stopped": Word(
        ("Cleared before the stop", "Vor dem Stopp freigegeben", "Vrijgegeven vóór de stop"),
        ("The stop ended its clearance", "Der Stopp beendete die Freigabe", "De stop beëindigde de vrijgave"),
    ),
    "approval-expired": Word(
        ("The approval ended", "Die Freigabe ist abgelaufen", "De goedkeuring is verlopen"),
        ("Approval ended", "Freigabe abgelaufen", "Goedkeuring verlopen"),
    ),
    "after-complication": Word(
        ("A physician has to read it now", "Jetzt ärztlich zu lesen", "Een arts moet het nu lezen"),
        ("After a complication", "Nach einer Komplikation", "Na een complicatie"),
    ),
    "consent-not-yet": Word(
        ("The consent is not signed yet", "Die Einwilligung ist noch nicht unterschrieben", "De toestemming is nog niet getekend"),
        ("Consent not signed", "Einwilligung nicht unterschrieben", "Toestemming niet getekend"),
    ),
    "consent-expired": Word(
        ("The consent has ended", "Die Einwilligung ist abgelaufen", "De toestemming is verlopen"),
        ("Consent ended", "Einwilligung abgelaufen", "Toestemming verlopen"),
    ),
    "consent-media": Word(
        ("The consent does not cover this medium", "Die Einwilligung deckt dieses Medium nicht", "De toestemming dekt dit medium niet"),
        ("Medium not covered", "Medium nicht gedeckt", "Medium niet gedekt"),
    ),
    "consent-platform": Word(
        ("The consent does not cover this place", "Die Einwilligung deckt diesen Ort nicht", "De toestemming dekt deze plek niet"),
        ("Place not covered", "Ort nicht gedeckt", "Plek niet gedekt"),
    ),
    "policy-changed": Word(
        ("The policy was changed", "Die Regeln wurden geändert", "De regels zijn gewijzigd"),
        ("Policy changed", "Regeln geändert", "Regels gewijzigd"),
    ),
    "read-first": Word(
        ("Read before it goes out", "Vor der Veröffentlichung lesen", "Lezen voor het uitgaat"),
        ("Read first", "Erst lesen", "Eerst lezen"),
    ),
    "too-long": Word(
        ("Very long", "Sehr lang", "Erg lang"),
        ("Very long", "Sehr lang", "Erg lang"),
    ),
}  # fmt: skip
KINDS["expired"] = KINDS["approval-expired"]
# Codes of texts that could not be screened, or not be read at all.
KINDS["broken"] = KINDS["unknown-event"] = KINDS["screening-failed"]
KINDS["bad-seal"] = KINDS["moved-seal"] = KINDS["not-understood"] = KINDS["key-destroyed"] = KINDS["unreadable"]

SURE_NAME = frozenset({"known-term", "relative"})
ANY_NAME = frozenset({"name", "unknown-name"})
"""Kinds that say less than those of SURE_NAME about the same words."""


def headline(reason: str, reasons: Sequence[str]) -> str:
    """The reason that tells a person most: a relative is more than a name on the list, a tablet in strange hands more."""
    if "revoked-tablet" in reasons:
        return "revoked-tablet"
    return "relative" if reason == "known-term" and "relative" in reasons else reason


CLAIMS = frozenset({"claim", "advice", "complication", "alarming", "quote", "unsourced", "tone"})
"""Kinds that judge what is said; all others point to a person, whom the reporter can leave out."""

ACTIONS: dict[Action, Three] = {
    Action.ALLOW: ("Let through", "Durchgelassen", "Doorgelaten"),
    Action.REDACT: ("Covered", "Verdeckt", "Afgedekt"),
    Action.HOLD: ("Held for a person", "Für einen Menschen angehalten", "Aangehouden voor een mens"),
    Action.REFUSE: ("Refused", "Abgelehnt", "Geweigerd"),
}

ROLES: dict[str, Three] = {
    "reporter": ("Reporter", "Reporter", "Verslaggever"),
    "reviewer": ("Reviewer", "Prüfung", "Beoordelaar"),
    "physician": ("Physician", "Ärztin oder Arzt", "Arts"),
    "director": ("Director", "Leitung", "Leiding"),
    "advocate": ("Advocate", "Patientenfürsprache", "Patiëntvertrouwenspersoon"),
    "liaison": ("Liaison", "Angehörigenbetreuung", "Familiecontact"),
    "auditor": ("Auditor", "Revision", "Auditor"),
    "system": ("The system", "Das System", "Het systeem"),
}

# What the reporter reads when an update comes back; the code stands in Decision.reason.
RETURN_REASONS: dict[str, Three] = {
    "without-relative": ("Without the relative", "Ohne die Angehörigen", "Zonder het familielid"),
    "without-detail": ("Without the detail", "Ohne diese Angabe", "Zonder dat detail"),
    "family-first": ("When the family was told", "Wenn die Familie es weiß", "Als de familie het weet"),
    "what-you-see": ("Say what you see instead", "Schreiben Sie, was Sie sehen", "Schrijf wat u ziet"),
    "not-now": ("Not at this moment", "Nicht in diesem Moment", "Niet op dit moment"),
    "other": ("Something else", "Etwas anderes", "Iets anders"),
}

# Codes of refusals and facts, as the desk says them after a press.
SAID: dict[str, Three] = {
    **words_people.SAID,
    **words_preparing.SAID,
    **words_rehearsal.SAID,
    "tablet-revoked": (
        "Switched off. What it still holds is kept, and waits for you to decide.",
        "Abgemeldet. Was es noch hat, bleibt erhalten und wartet auf Ihre Entscheidung.",
        "Afgemeld. Wat hij nog heeft, blijft bewaard en wacht op uw beslissing.",
    ),
    "pin-set": (
        "The new PIN holds. The old one is worth nothing now.",
        "Die neue PIN gilt. Die alte gilt nicht mehr.",
        "De nieuwe pincode geldt. De oude geldt niet meer.",
    ),
    "bad-pin": (
        f"A PIN has {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits. Nothing was changed.",
        f"Eine PIN hat {PIN_DIGITS_MIN} bis {PIN_DIGITS_MAX} Ziffern. Es wurde nichts geändert.",
        f"Een pincode heeft {PIN_DIGITS_MIN} tot {PIN_DIGITS_MAX} cijfers. Er is niets gewijzigd.",
    ),
    "weak-pin": (
        "This PIN is among the first that anyone would try. Choose another.",
        "Diese PIN würde jeder zuerst versuchen. Wählen Sie eine andere.",
        "Deze pincode zou iedereen het eerst proberen. Kies een andere.",
    ),
    "pins-differ": (
        "The two PINs differ. Type the same one twice.",
        "Die beiden PINs sind verschieden. Geben Sie zweimal dieselbe ein.",
        "De twee pincodes verschillen. Typ twee keer dezelfde.",
    ),
    "bad-name": (
        "A name has 1 to 40 characters, letters among them. Nothing was changed.",
        "Ein Name hat 1 bis 40 Zeichen, darunter Buchstaben. Es wurde nichts geändert.",
        "Een naam heeft 1 tot 40 tekens, waaronder letters. Er is niets gewijzigd.",
    ),
    "taken-name": (
        "Somebody has this name already. Make it longer, so that nobody is taken for another.",
        "Diesen Namen gibt es schon. Machen Sie ihn länger, damit niemand verwechselt wird.",
        "Iemand heeft deze naam al. Maak hem langer, zodat niemand wordt verward.",
    ),
    "too-many-people": (
        "There are 200 people already. Remove somebody first.",
        "Es sind schon 200 Personen. Entfernen Sie erst jemanden.",
        "Er zijn al 200 mensen. Verwijder eerst iemand.",
    ),
    "unknown-person": (
        "This person was removed already.",
        "Diese Person wurde schon entfernt.",
        "Deze persoon is al verwijderd.",
    ),
    "unknown-tablet": (
        "There is no such tablet. Nothing was changed.",
        "Dieses Tablet gibt es nicht. Es wurde nichts geändert.",
        "Deze tablet bestaat niet. Er is niets gewijzigd.",
    ),
    "unknown-invitation": (
        "There is no such code. Show a new one.",
        "Diesen Code gibt es nicht. Zeigen Sie einen neuen.",
        "Deze code bestaat niet. Toon een nieuwe.",
    ),
    "approved": (
        "Approved. It goes out after the delay.",
        "Freigegeben. Es geht nach der Wartezeit hinaus.",
        "Goedgekeurd. Het gaat uit na de wachttijd.",
    ),
    "returned": ("Returned. The reporter reads why.", "Zurückgegeben, mit Grund.", "Teruggestuurd, met de reden."),
    "edited": (
        "Your text was checked again. Someone else has to approve it.",
        "Ihr Text wurde neu geprüft. Freigeben muss ihn jemand anders.",
        "Uw tekst is opnieuw nagekeken. Iemand anders moet hem goedkeuren.",
    ),
    "correcting": (
        "Your correction was checked. Someone else has to approve it.",
        "Ihre Korrektur wurde geprüft. Freigeben muss sie jemand anders.",
        "Uw correctie is nagekeken. Iemand anders moet haar goedkeuren.",
    ),
    "not-public": (
        "It is public nowhere, so there is nothing to correct.",
        "Es ist nirgends öffentlich; es gibt nichts zu berichtigen.",
        "Het is nergens openbaar; er valt niets te corrigeren.",
    ),
    "unchanged": (
        "These are the words that are public. Write what is right.",
        "Das sind die Worte, die öffentlich sind. Schreiben Sie, was stimmt.",
        "Dit zijn de woorden die openbaar zijn. Schrijf wat klopt.",
    ),
    "own-words": (
        "You wrote this. Someone else has to approve it.",
        "Das haben Sie geschrieben. Freigeben muss es jemand anders.",
        "Dit hebt u zelf geschreven. Iemand anders moet het goedkeuren.",
    ),
    "needs-role": (
        "This needs another role. Nothing was changed.",
        "Das darf nur eine andere Rolle. Es wurde nichts geändert.",
        "Dit vraagt een andere rol. Er is niets gewijzigd.",
    ),
    "wrong-role": (
        "Your role cannot do this. Nothing was changed.",
        "Ihre Rolle darf das nicht. Es wurde nichts geändert.",
        "Uw rol mag dit niet. Er is niets gewijzigd.",
    ),
    "already-decided": (
        "Someone has decided this already. Nothing was changed.",
        "Das wurde schon entschieden. Es wurde nichts geändert.",
        "Iemand heeft dit al besloten. Er is niets gewijzigd.",
    ),
    "stale": (
        "The text was changed. Read it again; nothing was approved.",
        "Der Text wurde geändert. Lesen Sie ihn neu; es wurde nichts freigegeben.",
        "De tekst is gewijzigd. Lees hem opnieuw; er is niets goedgekeurd.",
    ),
    "policy-changed": (
        "The policy was changed. Edit the text, so that it is checked again.",
        "Die Regeln wurden geändert. Ändern Sie den Text, dann wird er neu geprüft.",
        "De regels zijn gewijzigd. Wijzig de tekst, dan wordt hij opnieuw nagekeken.",
    ),
    "nothing-left": (
        "Nothing was left after names were removed. Write it another way.",
        "Ohne die Namen blieb nichts übrig. Schreiben Sie es anders.",
        "Zonder de namen bleef er niets over. Schrijf het anders.",
    ),
    "reason-missing": (
        "Choose what the reporter reads, then return it.",
        "Wählen Sie, was zurückgemeldet wird, und geben Sie es dann zurück.",
        "Kies wat de verslaggever leest en stuur het dan terug.",
    ),
    "note-identifies": (
        "The note holds something that identifies. Write it without; nothing was returned.",
        "Die Notiz enthält etwas, das jemanden erkennbar macht. Schreiben Sie sie ohne; es wurde nichts zurückgegeben.",
        "De notitie bevat iets herkenbaars. Schrijf haar zonder; er is niets teruggestuurd.",
    ),
    "invalid": (
        "Something was missing or too long. Nothing was changed.",
        "Etwas fehlte oder war zu lang. Es wurde nichts geändert.",
        "Er ontbrak iets of het was te lang. Er is niets gewijzigd.",
    ),
    "held": (
        "Held. Nothing goes out until someone resumes.",
        "Angehalten. Nichts geht hinaus, bis jemand fortsetzt.",
        "Vastgehouden. Er gaat niets uit tot iemand hervat.",
    ),
    "kept": (
        "Approved. It is kept until the director releases all of it.",
        "Freigegeben. Es bleibt hier, bis die Leitung alles freigibt.",
        "Goedgekeurd. Het blijft hier tot de leiding alles vrijgeeft.",
    ),
    "agreed": (
        "You agreed. It goes on when a second person agrees too.",
        "Sie haben zugestimmt. Es geht weiter, wenn eine zweite Person zustimmt.",
        "U hebt ingestemd. Het gaat verder als een tweede persoon instemt.",
    ),
    "needs-second": (
        "You have agreed already. A second person has to agree too.",
        "Sie haben schon zugestimmt. Eine zweite Person muss auch zustimmen.",
        "U hebt al ingestemd. Een tweede persoon moet ook instemmen.",
    ),
    "told": (
        "Noted: the family knows. What waited for it goes on.",
        "Notiert: Die Familie weiß es. Was darauf wartete, geht weiter.",
        "Genoteerd: de familie weet het. Wat daarop wachtte, gaat verder.",
    ),
    "complication-hold": (
        "Complication: everything is held. Nothing goes out until someone resumes.",
        "Komplikation: Alles ist angehalten. Nichts geht hinaus, bis jemand fortsetzt.",
        "Complicatie: alles wordt vastgehouden. Er gaat niets uit tot iemand hervat.",
    ),
    "complication-stop": (
        "Complication: everything is stopped. Two people resume.",
        "Komplikation: Alles ist gestoppt. Zwei Personen setzen fort.",
        "Complicatie: alles is gestopt. Twee mensen hervatten.",
    ),
    "complication-text-only": (
        "Complication: text only, and a physician reads every word until it is over.",
        "Komplikation: nur Text, und jedes Wort wird ärztlich gelesen, bis sie vorbei ist.",
        "Complicatie: alleen tekst, en een arts leest elk woord tot het voorbij is.",
    ),
    "complication-over": (
        "The complication is over. What is written from now on goes as before.",
        "Die Komplikation ist vorbei. Was ab jetzt geschrieben wird, geht wie vorher.",
        "De complicatie is voorbij. Wat vanaf nu wordt geschreven, gaat zoals eerst.",
    ),
    "complication-over-held": (
        "The complication is over. Nothing goes out until the event is resumed.",
        "Die Komplikation ist vorbei. Bis zum Fortsetzen geht nichts hinaus.",
        "De complicatie is voorbij. Tot het hervatten gaat er niets uit.",
    ),
    "signed": (
        "Signed. These words go out at one tap from now on, still screened.",
        "Unterschrieben. Diese Worte gehen ab jetzt mit einem Tipp hinaus, weiter geprüft.",
        "Getekend. Deze woorden gaan voortaan met één tik uit, nog steeds nagekeken.",
    ),
    "holding-sent": (
        "Sent. It is screened and goes out by itself.",
        "Gesendet. Es wird geprüft und geht von selbst hinaus.",
        "Verstuurd. Het wordt nagekeken en gaat vanzelf uit.",
    ),
    "holding-over": (
        "Something was said in the meantime, or it was sent already. Nothing was sent twice.",
        "Inzwischen wurde etwas gesagt, oder es war schon gesendet. Nichts ging zweimal hinaus.",
        "Er is intussen iets gezegd, of het was al verstuurd. Er is niets twee keer verstuurd.",
    ),
    "blank-wrong": (
        "A blank does not take these words. Nothing was sent.",
        "In eine Lücke passt das nicht. Es wurde nichts gesendet.",
        "In een lege plek past dit niet. Er is niets verstuurd.",
    ),
    "message-empty": (
        "There was nothing to say. Nothing was sent.",
        "Da stand nichts. Es wurde nichts gesendet.",
        "Er stond niets. Er is niets verstuurd.",
    ),
    "message-too-long": (
        "Too long: 500 characters at most. Nothing was sent; your words are still here.",
        "Zu lang: höchstens 500 Zeichen. Es wurde nichts gesendet; Ihre Worte stehen noch hier.",
        "Te lang: hoogstens 500 tekens. Er is niets verstuurd; uw woorden staan nog hier.",
    ),
    "hold-ended": (
        "Resumed. What waited goes on.",
        "Fortgesetzt. Was wartete, geht weiter.",
        "Hervat. Wat wachtte, gaat verder.",
    ),
    "released": (
        "Released. It goes out in the order it was written.",
        "Freigegeben. Es geht in der Reihenfolge hinaus, in der es geschrieben wurde.",
        "Vrijgegeven. Het gaat uit in de volgorde waarin het is geschreven.",
    ),
    "already-released": (
        "It was released already. Nothing was changed.",
        "Es wurde schon freigegeben. Es wurde nichts geändert.",
        "Het was al vrijgegeven. Er is niets gewijzigd.",
    ),
    "not-as-live": (
        "This event goes out live; there is nothing to release.",
        "Diese Veranstaltung läuft live; es gibt nichts freizugeben.",
        "Dit evenement gaat live uit; er is niets vrij te geven.",
    ),
    "not-running": (
        "First resume; then it can be released. Nothing was changed.",
        "Erst fortsetzen, dann kann es hinaus. Es wurde nichts geändert.",
        "Eerst hervatten, dan kan het uit. Er is niets gewijzigd.",
    ),
    "nothing-kept": (
        "Nothing is kept that could go out. Nothing was changed.",
        "Es ist nichts da, was hinausgehen könnte. Es wurde nichts geändert.",
        "Er is niets bewaard dat uit kan gaan. Er is niets gewijzigd.",
    ),
    "settled": (
        "Noted. The poster acts on it.",
        "Notiert. Danach wird gehandelt.",
        "Genoteerd. Daarnaar wordt gehandeld.",
    ),
    "already-settled": (
        "This is known already. Nothing was changed.",
        "Das ist schon geklärt. Es wurde nichts geändert.",
        "Dit is al duidelijk. Er is niets gewijzigd.",
    ),
    "still-looking": (
        "The poster still looks for it. Nothing was changed.",
        "Es wird noch danach gesucht. Es wurde nichts geändert.",
        "Er wordt nog naar gezocht. Er is niets gewijzigd.",
    ),
    "url-missing": (
        "The address of the post is missing: the next posts reply to it. Nothing was changed.",
        "Die Adresse des Beitrags fehlt: die nächsten Beiträge antworten darauf. Es wurde nichts geändert.",
        "Het adres van het bericht ontbreekt: de volgende berichten antwoorden erop. Er is niets gewijzigd.",
    ),
    "bad-url": (
        "This is no address of a web page. It begins with https://. Nothing was changed.",
        "Das ist keine Adresse einer Webseite. Sie beginnt mit https://. Es wurde nichts geändert.",
        "Dit is geen adres van een webpagina. Het begint met https://. Er is niets gewijzigd.",
    ),
    "resumed": (
        "Resumed. What was cleared before the stop waits here for a person.",
        "Fortgesetzt. Was vor dem Stopp freigegeben war, wartet hier.",
        "Hervat. Wat vóór de stop was vrijgegeven, wacht hier op een mens.",
    ),
    "taking-back": (
        "It is being taken back everywhere.",
        "Es wird überall zurückgenommen.",
        "Het wordt overal teruggenomen.",
    ),
    "withdrawn": (
        "Consent is withdrawn. What was typed can never be read again.",
        "Die Einwilligung ist widerrufen. Das Geschriebene ist nie wieder lesbar.",
        "De toestemming is ingetrokken. Wat getypt is, kan nooit meer worden gelezen.",
    ),
    "closed": ("The event is closed.", "Die Veranstaltung ist beendet.", "Het evenement is gesloten."),
    "unknown-token": (
        "This key is not known here. Ask the director for yours.",
        "Dieser Schlüssel ist hier nicht bekannt. Fragen Sie die Leitung.",
        "Deze sleutel is hier niet bekend. Vraag de leiding.",
    ),
    "no-desk-role": (
        "This key belongs to a role that has no desk.",
        "Dieser Schlüssel gehört zu einer Rolle ohne Pult.",
        "Deze sleutel hoort bij een rol zonder desk.",
    ),
    "unavailable": (
        "Kafka is away. Nothing was changed; try again in a moment.",
        "Kafka ist nicht erreichbar. Es wurde nichts geändert; versuchen Sie es gleich wieder.",
        "Kafka is onbereikbaar. Er is niets gewijzigd; probeer het zo weer.",
    ),
    "not-kept": (
        "What was typed is no longer kept.",
        "Das Geschriebene wird nicht mehr aufbewahrt.",
        "Wat getypt is, wordt niet meer bewaard.",
    ),
    "key-destroyed": (
        "The keys of this event are destroyed. What was typed can never be read again.",
        "Die Schlüssel dieser Veranstaltung sind vernichtet. Das Geschriebene ist nie wieder lesbar.",
        "De sleutels van dit evenement zijn vernietigd. Wat getypt is, kan nooit meer worden gelezen.",
    ),
}  # fmt: skip

# Why something was not posted, or nobody knows; codes of receipts and of waits.
# ruff: noqa: E501  # a sentence and its translations stand on one line, or a translator cannot compare them
OUTCOMES: dict[str, Three] = {
    "stopped": ("the stop came first", "der Stopp kam vorher", "de stop kwam eerst"),
    "held": ("the event is held", "die Veranstaltung ist angehalten", "het evenement wordt vastgehouden"),
    "approval-expired": ("the approval ended", "die Freigabe lief ab", "de goedkeuring verliep"),
    "expired": ("the approval ended", "die Freigabe lief ab", "de goedkeuring verliep"),
    "retracted": ("it was taken back", "es wurde zurückgenommen", "het werd teruggenomen"),
    "withdrawn": ("consent was withdrawn", "die Einwilligung wurde widerrufen", "de toestemming werd ingetrokken"),
    "consent-expired": ("the consent had ended", "die Einwilligung war abgelaufen", "de toestemming was verlopen"),
    "consent-not-yet": ("the consent was not signed yet", "die Einwilligung war noch nicht unterschrieben", "de toestemming was nog niet getekend"),
    "consent-media": ("the consent does not cover this medium", "die Einwilligung deckt dieses Medium nicht", "de toestemming dekt dit medium niet"),
    "consent-platform": ("the consent does not cover this place", "die Einwilligung deckt diesen Ort nicht", "de toestemming dekt deze plek niet"),
    "complication": ("after a complication a physician reads it first", "nach einer Komplikation wird es erst ärztlich gelesen", "na een complicatie leest een arts het eerst"),
    "not-as-signed": ("it is not what was signed", "es ist nicht das Unterschriebene", "het is niet wat getekend is"),
    "family": ("the family is told first", "zuerst wird die Familie informiert", "de familie hoort het eerst"),
    "event-closed": ("the event was closed", "die Veranstaltung war beendet", "het evenement was gesloten"),
    "policy-changed": ("the policy was changed", "die Regeln wurden geändert", "de regels waren gewijzigd"),
    "no-answer": ("no answer came", "es kam keine Antwort", "er kwam geen antwoord"),
    "as-live": ("it is released later", "es wird später veröffentlicht", "het gaat later uit"),
    "needs-person": ("looking did not settle it", "Nachsehen brachte keine Klarheit", "kijken gaf geen duidelijkheid"),
    "duplicate": ("the platform says it has it", "die Plattform hat es schon", "het platform heeft het al"),
    "already-posted": ("the update is public already", "es ist schon öffentlich", "het is al openbaar"),
    "refused": ("the platform refused it", "die Plattform lehnte es ab", "het platform weigerde het"),
    "platform-refused": ("the platform refused it", "die Plattform lehnte es ab", "het platform weigerde het"),
    "away": ("the platform is away", "die Plattform ist nicht erreichbar", "het platform is onbereikbaar"),
    "unreachable": ("the platform is away", "die Plattform ist nicht erreichbar", "het platform is onbereikbaar"),
    "behind-unknown": ("a post before it is unknown", "ein Beitrag davor ist unbekannt", "een bericht ervoor is onbekend"),
    "unknown-event": ("the event is not known yet", "die Veranstaltung ist noch unbekannt", "het evenement is nog onbekend"),
    "delay": ("its delay runs", "die Wartezeit läuft", "de wachttijd loopt"),
    "binding-broken": ("text, policy or places are not those that were approved", "Text, Regeln oder Orte sind nicht die freigegebenen", "tekst, regels of plaatsen zijn niet die van de goedkeuring"),
    "incomplete": ("a part before it did not go out", "ein Teil davor ging nicht hinaus", "een deel ervoor ging niet uit"),
    "recomposed": ("half of it is out in another form", "die Hälfte ist in anderer Form draußen", "de helft staat er in een andere vorm"),
    "empty": ("there is no text", "es gibt keinen Text", "er is geen tekst"),
    "too-long": ("it is too long for the platform", "es ist zu lang für die Plattform", "het is te lang voor het platform"),
    "unsplittable": ("a link or tag in it is longer than a post", "ein Link oder Schlagwort ist länger als ein Beitrag", "een link of tag erin is langer dan een bericht"),
    "undecodable": ("it could not be read", "es war nicht lesbar", "het was niet leesbaar"),
    "replies-forbidden": ("this account may not reply there", "dieses Konto darf dort nicht antworten", "dit account mag daar niet antwoorden"),
    "may-not-post": ("this account may not post there", "dieses Konto darf dort nichts veröffentlichen", "dit account mag daar niet plaatsen"),
    "wrong-account": ("the credentials are another account's", "die Zugangsdaten gehören einem anderen Konto", "de inloggegevens zijn van een ander account"),
    "login-refused": ("the platform refused the login", "die Plattform lehnte die Anmeldung ab", "het platform weigerde de aanmelding"),
    "credentials": ("the platform refuses our credentials", "die Plattform lehnt unsere Zugangsdaten ab", "het platform weigert onze inloggegevens"),
    "credits": ("the credits are used up", "das Guthaben ist verbraucht", "het tegoed is op"),
    "limit": ("the account's limit is reached", "die Grenze des Kontos ist erreicht", "de limiet van het account is bereikt"),
    "key-taken": ("another post stands under its key", "unter seinem Schlüssel steht ein anderer Beitrag", "onder zijn sleutel staat een ander bericht"),
    "taken": ("another post has the same text", "ein anderer Beitrag hat denselben Text", "een ander bericht heeft dezelfde tekst"),
    "destination-removed": ("the event posts there no more", "die Veranstaltung veröffentlicht dort nicht mehr", "het evenement plaatst daar niet meer"),
    "parent-gone": ("the post it replies to is gone", "der Beitrag davor ist nicht mehr da", "het bericht waarop het antwoordt is weg"),
    "media-refused": ("the platform refused the picture", "die Plattform lehnte das Bild ab", "het platform weigerde de foto"),
    "media-too-large": ("the picture is too large", "das Bild ist zu groß", "de foto is te groot"),
    "as-answered": ("the platform refused it ({status})", "die Plattform lehnte es ab ({status})", "het platform weigerde het ({status})"),
}  # fmt: skip
_STATUS = re.compile(r"^[a-z]+-([1-5]\d\d)$")  # x-403: what the platform's server answered


def why(reason: str, lang: Lang) -> str:
    """The headline of a reason: a finding's kind, or why a person is asked."""
    return pick(_word(reason).why, lang)


def what(kind: str, lang: Lang) -> str:
    """The name of a kind in the table of findings."""
    return pick(_word(kind).what, lang)


def _word(kind: str) -> Word:
    return KINDS.get(kind) or KINDS.get(kind.partition(".")[0]) or kind_words.OTHER


def action(value: Action, lang: Lang) -> str:
    return pick(ACTIONS[value], lang)


def role(value: str, lang: Lang) -> str:
    return pick(ROLES[value], lang) if value in ROLES else value


def outcome(code: str | None, lang: Lang) -> str:
    """Why something was not posted; an unknown code stands for itself, for it names a rule and no person."""
    if code is None:
        return pick(OUTCOMES["no-answer"], lang)
    answered = _STATUS.match(code)
    if answered and code not in OUTCOMES:
        return pick(OUTCOMES["as-answered"], lang).format(status=answered[1])
    return pick(OUTCOMES[code], lang) if code in OUTCOMES else code


def said(code: str, lang: Lang) -> str | None:
    """The sentence after a press; None for a code the desk does not know, so that nothing can be put in its mouth."""
    return pick(SAID[code], lang) if code in SAID else None


def return_reasons(reasons: tuple[str, ...], lang: Lang) -> tuple[tuple[str, str], ...]:
    """The three answers that fit why it was held, as (code, words)."""
    judged = bool(CLAIMS.intersection(r.partition(".")[0] for r in reasons[:1]))
    detail = "without-relative" if "relative" in reasons else "without-detail"
    codes = ("what-you-see" if judged else detail, "family-first", "other")
    return tuple((code, pick(RETURN_REASONS[code], lang)) for code in codes)

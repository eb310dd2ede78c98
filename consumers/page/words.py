"""What the public page says, in English, German and Dutch, and which of the three a reader gets."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final, Literal

Lang = Literal["en", "de", "nl"]
LANGUAGES: Final[tuple[Lang, ...]] = ("en", "de", "nl")
NAMES: Final = MappingProxyType({"en": "English", "de": "Deutsch", "nl": "Nederlands"})

EN: Final = MappingProxyType(
    {
        "skip": "Skip to the posts",
        "language": "Language",
        "lead.live": "Our team writes while it happens. New posts appear at the top.",
        "lead.as-live": "Our team wrote this while it happened. Posts appear here later, once the outcome is known.",
        "lead.closed": "What our team wrote while it happened, newest first.",
        "state.planned": "Starts at {start}",
        "state.planned.bare": "Starts soon",
        "state.live": "Live. Last post {clock}",
        "state.live.empty": "Live. No post yet",
        "state.live.bare": "Live",
        "state.as-live": "Told afterwards",
        "state.held": "On hold. Last post {clock}",
        "state.held.bare": "On hold",
        "state.closed": "Over. Last post {clock}",
        "state.closed.bare": "Over",
        "state.ended": "This thread has ended",
        "ended": "This thread has ended and its posts were taken back.",
        "consent.patient": "The patient agreed to this thread and may end it at any time, without giving a reason.",
        "consent.other": "The people it is about agreed to this thread and may end it at any time, without giving a "
        "reason.",
        "consent.title": "With consent.",
        "consent.left-out": "We leave out names and details about patients and visitors.",
        "consent.delay": "Posts appear at least {delay} after they were written.",
        "consent.no-delay": "Posts appear as soon as they are cleared.",
        "consent.as-live": "Posts appear only when the outcome is known.",
        "consent.zone": "Times are {place} time, {day}.",
        "consent.advice": "This is not medical advice.",
        "consent.more": "More about consent",
        "about.title": "About consent",
        "about.scope": "A signed consent comes before the first post. It covers {media}, and nothing is posted after "
        "{expires}.",
        "about.scope.undated": "A signed consent comes before the first post. It covers {media}, and it has a last "
        "day.",
        "about.withdraw": "It can be withdrawn as easily as it was given. Then nothing more is posted, and every post "
        "is taken back here and wherever else we posted it. Copies that others made are out of our "
        "reach.",
        "about.not-anonymous": "We take out what identifies people. Even so, time, place and circumstances can let "
        "someone who knows the person recognise them. We do not call these posts anonymous.",
        "media.text": "text",
        "media.photo": "photos",
        "media.video": "video",
        "and": "and",
        "seconds": "{n} seconds",
        "second": "1 second",
        "minutes": "{n} minutes",
        "minute": "1 minute",
        "hours": "{n} hours",
        "hour": "1 hour",
        "taken-back": "Taken back at {clock}",
        "taken-back.bare": "Taken back",
        "removed": "We removed a post here.",
        "correction": "Correction to the post of {clock}",
        "correction.bare": "Correction to an earlier post",
        "corrected": "Corrected at {clock}.",
        "corrected.bare": "Corrected.",
        "corrected.read": "Read the correction",
        "empty": "No post yet. The first one appears here.",
        "fresh.one": "1 new post",
        "fresh.many": "{n} new posts",
        "offline": "No connection. New posts appear when it is back.",
        "no-script": "New posts appear by themselves only with script.",
        "reload": "Look for new posts",
        "elsewhere": "The same thread is on {places}.",
        "ours": "Only posts on this page and on the accounts named here come from us.",
        "training": "Rehearsal",
        "training.lead": "A rehearsal: everybody in it is invented, and nothing of it happens.",
        "ours.only": "Only posts on this page come from us.",
        "cookies": "This page sets no cookies and works without script.",
        "threads": "Live threads",
        "threads.lead": "What our teams write while it happens, each with consent.",
        "threads.none": "No thread is public at the moment.",
        "missing.title": "No thread at this address",
        "missing": "It may have ended, or the address was mistyped.",
        "missing.all": "See all threads",
        "starting.title": "One moment",
        "starting": "This page is being prepared. Reload it in a few seconds.",
    }
)

DE: Final = MappingProxyType(
    {
        "skip": "Zu den Beiträgen",
        "language": "Sprache",
        "lead.live": "Unser Team schreibt, während es geschieht. Neue Beiträge erscheinen oben.",
        "lead.as-live": "Unser Team schrieb dies, während es geschah. Die Beiträge erscheinen hier später, wenn der "
        "Ausgang feststeht.",
        "lead.closed": "Was unser Team schrieb, während es geschah; das Neueste zuerst.",
        "state.planned": "Beginnt um {start}",
        "state.planned.bare": "Beginnt bald",
        "state.live": "Live. Letzter Beitrag {clock}",
        "state.live.empty": "Live. Noch kein Beitrag",
        "state.live.bare": "Live",
        "state.as-live": "Nachträglich erzählt",
        "state.held": "Angehalten. Letzter Beitrag {clock}",
        "state.held.bare": "Angehalten",
        "state.closed": "Vorbei. Letzter Beitrag {clock}",
        "state.closed.bare": "Vorbei",
        "state.ended": "Dieser Thread ist beendet",
        "ended": "Dieser Thread ist beendet, und seine Beiträge wurden zurückgenommen.",
        "consent.patient": "Die behandelte Person hat diesem Thread zugestimmt und kann ihn jederzeit beenden, ohne "
        "einen Grund zu nennen.",
        "consent.other": "Die Menschen, um die es geht, haben diesem Thread zugestimmt und können ihn jederzeit "
        "beenden, ohne einen Grund zu nennen.",
        "consent.title": "Mit Einwilligung.",
        "consent.left-out": "Namen und Einzelheiten über Behandelte und Besuch lassen wir weg.",
        "consent.delay": "Beiträge erscheinen frühestens {delay}, nachdem sie geschrieben wurden.",
        "consent.no-delay": "Beiträge erscheinen, sobald sie freigegeben sind.",
        "consent.as-live": "Beiträge erscheinen erst, wenn der Ausgang feststeht.",
        "consent.zone": "Die Zeiten sind Ortszeit {place}, {day}.",
        "consent.advice": "Das ist kein ärztlicher Rat.",
        "consent.more": "Mehr zur Einwilligung",
        "about.title": "Zur Einwilligung",
        "about.scope": "Vor dem ersten Beitrag steht eine unterschriebene Einwilligung. Sie umfasst {media}, und nach "
        "dem {expires} wird nichts mehr veröffentlicht.",
        "about.scope.undated": "Vor dem ersten Beitrag steht eine unterschriebene Einwilligung. Sie umfasst {media} "
        "und hat einen letzten Tag.",
        "about.withdraw": "Sie lässt sich so leicht widerrufen, wie sie gegeben wurde. Dann wird nichts mehr "
        "veröffentlicht, und jeder Beitrag wird hier und überall, wo wir ihn veröffentlicht haben, zurückgenommen. "
        "Kopien, die andere gemacht haben, erreichen wir nicht.",
        "about.not-anonymous": "Wir nehmen heraus, woran man Menschen erkennt. Trotzdem können Zeit, Ort und Umstände "
        "jemandem, der die Person kennt, verraten, um wen es geht. Anonym nennen wir diese Beiträge nicht.",
        "media.text": "Text",
        "media.photo": "Fotos",
        "media.video": "Video",
        "and": "und",
        "seconds": "{n} Sekunden",
        "second": "1 Sekunde",
        "minutes": "{n} Minuten",
        "minute": "1 Minute",
        "hours": "{n} Stunden",
        "hour": "1 Stunde",
        "taken-back": "Zurückgenommen um {clock}",
        "taken-back.bare": "Zurückgenommen",
        "removed": "Wir haben hier einen Beitrag entfernt.",
        "correction": "Korrektur zum Beitrag von {clock}",
        "correction.bare": "Korrektur zu einem früheren Beitrag",
        "corrected": "Korrigiert um {clock}.",
        "corrected.bare": "Korrigiert.",
        "corrected.read": "Zur Korrektur",
        "empty": "Noch kein Beitrag. Der erste erscheint hier.",
        "fresh.one": "1 neuer Beitrag",
        "fresh.many": "{n} neue Beiträge",
        "offline": "Keine Verbindung. Neue Beiträge erscheinen, wenn sie wieder da ist.",
        "no-script": "Neue Beiträge erscheinen nur mit Skript von selbst.",
        "reload": "Nach neuen Beiträgen sehen",
        "elsewhere": "Derselbe Thread steht auf {places}.",
        "ours": "Nur Beiträge auf dieser Seite und auf den genannten Konten stammen von uns.",
        "training": "Probe",
        "training.lead": "Eine Probe: alle Personen darin sind erfunden, und nichts davon geschieht.",
        "ours.only": "Nur Beiträge auf dieser Seite stammen von uns.",
        "cookies": "Diese Seite setzt keine Cookies und kommt ohne Skript aus.",
        "threads": "Live-Threads",
        "threads.lead": "Was unsere Teams schreiben, während es geschieht; jeweils mit Einwilligung.",
        "threads.none": "Im Augenblick ist kein Thread öffentlich.",
        "missing.title": "Kein Thread unter dieser Adresse",
        "missing": "Vielleicht ist er beendet, oder die Adresse ist vertippt.",
        "missing.all": "Alle Threads",
        "starting.title": "Einen Augenblick",
        "starting": "Diese Seite wird vorbereitet. Laden Sie sie in einigen Sekunden neu.",
    }
)

NL: Final = MappingProxyType(
    {
        "skip": "Naar de berichten",
        "language": "Taal",
        "lead.live": "Ons team schrijft terwijl het gebeurt. Nieuwe berichten verschijnen bovenaan.",
        "lead.as-live": "Ons team schreef dit terwijl het gebeurde. De berichten verschijnen hier later, als de "
        "afloop bekend is.",
        "lead.closed": "Wat ons team schreef terwijl het gebeurde, het nieuwste eerst.",
        "state.planned": "Begint om {start}",
        "state.planned.bare": "Begint binnenkort",
        "state.live": "Live. Laatste bericht {clock}",
        "state.live.empty": "Live. Nog geen bericht",
        "state.live.bare": "Live",
        "state.as-live": "Achteraf verteld",
        "state.held": "Onderbroken. Laatste bericht {clock}",
        "state.held.bare": "Onderbroken",
        "state.closed": "Voorbij. Laatste bericht {clock}",
        "state.closed.bare": "Voorbij",
        "state.ended": "Deze thread is beëindigd",
        "ended": "Deze thread is beëindigd en de berichten zijn teruggenomen.",
        "consent.patient": "De patiënt heeft ingestemd met deze thread en kan die op elk moment beëindigen, zonder "
        "reden te geven.",
        "consent.other": "De mensen om wie het gaat hebben ingestemd met deze thread en kunnen die op elk moment "
        "beëindigen, zonder reden te geven.",
        "consent.title": "Met toestemming.",
        "consent.left-out": "Namen en bijzonderheden van patiënten en bezoekers laten we weg.",
        "consent.delay": "Berichten verschijnen op zijn vroegst {delay} nadat ze zijn geschreven.",
        "consent.no-delay": "Berichten verschijnen zodra ze zijn vrijgegeven.",
        "consent.as-live": "Berichten verschijnen pas als de afloop bekend is.",
        "consent.zone": "De tijden zijn die van {place}, {day}.",
        "consent.advice": "Dit is geen medisch advies.",
        "consent.more": "Meer over toestemming",
        "about.title": "Over toestemming",
        "about.scope": "Vóór het eerste bericht is er een ondertekende toestemming. Die geldt voor {media}, en na "
        "{expires} wordt er niets meer geplaatst.",
        "about.scope.undated": "Vóór het eerste bericht is er een ondertekende toestemming. Die geldt voor {media} en "
        "heeft een laatste dag.",
        "about.withdraw": "Intrekken is zo eenvoudig als geven. Dan wordt er niets meer geplaatst, en elk bericht "
        "wordt teruggenomen, hier en overal waar wij het plaatsten. Kopieën van anderen kunnen wij niet weghalen.",
        "about.not-anonymous": "We halen eruit wat mensen herkenbaar maakt. Toch kunnen tijd, plaats en omstandigheden "
        "iemand die de persoon kent laten zien om wie het gaat. Anoniem noemen we deze berichten niet.",
        "media.text": "tekst",
        "media.photo": "foto’s",
        "media.video": "video",
        "and": "en",
        "seconds": "{n} seconden",
        "second": "1 seconde",
        "minutes": "{n} minuten",
        "minute": "1 minuut",
        "hours": "{n} uur",
        "hour": "1 uur",
        "taken-back": "Teruggenomen om {clock}",
        "taken-back.bare": "Teruggenomen",
        "removed": "We hebben hier een bericht verwijderd.",
        "correction": "Correctie op het bericht van {clock}",
        "correction.bare": "Correctie op een eerder bericht",
        "corrected": "Gecorrigeerd om {clock}.",
        "corrected.bare": "Gecorrigeerd.",
        "corrected.read": "Lees de correctie",
        "empty": "Nog geen bericht. Het eerste verschijnt hier.",
        "fresh.one": "1 nieuw bericht",
        "fresh.many": "{n} nieuwe berichten",
        "offline": "Geen verbinding. Nieuwe berichten verschijnen als die er weer is.",
        "no-script": "Nieuwe berichten verschijnen alleen met script vanzelf.",
        "reload": "Kijk of er nieuwe berichten zijn",
        "elsewhere": "Dezelfde thread staat op {places}.",
        "ours": "Alleen berichten op deze pagina en op de genoemde accounts zijn van ons.",
        "training": "Oefening",
        "training.lead": "Een oefening: iedereen erin is verzonnen, en niets ervan gebeurt.",
        "ours.only": "Alleen berichten op deze pagina zijn van ons.",
        "cookies": "Deze pagina plaatst geen cookies en werkt zonder script.",
        "threads": "Live threads",
        "threads.lead": "Wat onze teams schrijven terwijl het gebeurt, steeds met toestemming.",
        "threads.none": "Er is nu geen openbare thread.",
        "missing.title": "Geen thread op dit adres",
        "missing": "Misschien is die beëindigd, of is het adres verkeerd getypt.",
        "missing.all": "Alle threads",
        "starting.title": "Een ogenblik",
        "starting": "Deze pagina wordt klaargezet. Laad haar over enkele seconden opnieuw.",
    }
)

WORDS: Final = MappingProxyType({"en": EN, "de": DE, "nl": NL})
MONTHS: Final = MappingProxyType(
    {
        "en": (
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        "de": (
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ),
        "nl": (
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ),
    }
)


def say(lang: Lang, key: str, **values: object) -> str:
    return WORDS[lang][key].format(**values)


def choose(asked: str | None, accept_language: str | None, fallback: Sequence[str] = ()) -> Lang:
    """The language a reader asked for by link, else the best of the browser's list, else the live event's first."""
    for wish in (asked, *_by_weight(accept_language or ""), *fallback):
        for lang in LANGUAGES:
            if wish == lang:
                return lang
    return "en"


def _by_weight(header: str) -> list[str]:
    """Primary subtags of Accept-Language (RFC 9110 section 12.5.4), best first; what cannot be read is left out."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:200].split(",")):
        tag, _, weight = part.partition(";")
        try:
            q = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if q > 0:
            wishes.append((-q, place, tag.strip().lower().split("-")[0]))
    return [tag for *_, tag in sorted(wishes)]

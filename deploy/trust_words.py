"""What the page on trusting the authority says, in English, German and Dutch."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Lang = Literal["en", "de", "nl"]
NAMES: Final[Mapping[Lang, str]] = MappingProxyType({"en": "English", "de": "Deutsch", "nl": "Nederlands"})

Steps = tuple[str, tuple[str, ...]]
"""A system and what to do on it; `{name}` is what the certificate is called there."""

_EN: Final = {
    "title": "Trust this system",
    "lead": "Tablets open scrubcast over an encrypted connection. Its certificate was made on this machine, so each "
    "tablet has to be told once that it may be trusted.",
    "compare": "First compare",
    "compare.lead": "These six words also stand in the window where scrubcast was started. If they differ, stop here "
    "and ask the director: someone may be between you and this machine.",
    "digits": "The same in full, as settings of tablets show it (SHA-256)",
    "trust": "Then trust it",
    "profile": "Profile for iPad and iPhone",
    "certificate": "Certificate for all others",
    "here": "This page on another tablet",
    "here.lead": "Point its camera at this.",
    "done": "Then open the app",
    "done.lead": "If it opens without a warning, the tablet trusts this system. Add it to the home screen.",
    "open": "Open scrubcast",
    "narrow": "It may speak for this machine and for addresses of private nets, for no other site. When the event is "
    "over, remove it where you have added it.",
}
_EN_STEPS: Final[tuple[Steps, ...]] = (
    ("iPad and iPhone", (
        "In Safari, tap “Profile for iPad and iPhone” above and allow the download.",
        "Settings → General → VPN & Device Management → “{name}” → Install.",
        "Settings → General → About → Certificate Trust Settings → switch on “{name}”.",
    )),
    ("Android", (
        "Tap “Certificate for all others” above and keep the file.",
        "Settings → search for “CA certificate” → Install anyway → choose the file.",
        "Use Chrome. Other browsers may have a list of their own.",
    )),
    ("Windows", (
        "Open the certificate file → Install Certificate → Current User.",
        "Place it in “Trusted Root Certification Authorities”, then close and open the browser.",
    )),
    ("macOS", (
        "Open the certificate file; Keychain Access adds it to “login”.",
        "Double-click “{name}” there → Trust → When using this certificate: Always Trust.",
    )),
)  # fmt: skip

_DE: Final = {
    "title": "Diesem System vertrauen",
    "lead": "Tablets öffnen scrubcast über eine verschlüsselte Verbindung. Ihr Zertifikat wurde auf diesem Rechner "
    "erstellt; jedem Tablet muss einmal gesagt werden, dass es ihm vertrauen darf.",
    "compare": "Zuerst vergleichen",
    "compare.lead": "Diese sechs Wörter stehen auch in dem Fenster, in dem scrubcast gestartet wurde. Sind sie anders, "
    "hören Sie hier auf und fragen Sie die Leitung: Jemand könnte zwischen Ihnen und diesem Rechner sein.",
    "digits": "Dasselbe vollständig, wie es die Einstellungen von Tablets zeigen (SHA-256)",
    "trust": "Dann vertrauen",
    "profile": "Profil für iPad und iPhone",
    "certificate": "Zertifikat für alle anderen",
    "here": "Diese Seite auf einem anderen Tablet",
    "here.lead": "Richten Sie seine Kamera hierauf.",
    "done": "Dann die App öffnen",
    "done.lead": "Öffnet sie sich ohne Warnung, vertraut das Tablet diesem System. Legen Sie sie auf den "
    "Home-Bildschirm.",
    "open": "scrubcast öffnen",
    "narrow": "Es darf für diesen Rechner und für Adressen privater Netze sprechen, für keine andere Website. "
    "Entfernen Sie es nach der Veranstaltung dort, wo Sie es hinzugefügt haben.",
}
_DE_STEPS: Final[tuple[Steps, ...]] = (
    ("iPad und iPhone", (
        "In Safari oben auf „Profil für iPad und iPhone“ tippen und das Laden erlauben.",
        "Einstellungen → Allgemein → VPN und Geräteverwaltung → „{name}“ → Installieren.",
        "Einstellungen → Allgemein → Info → Zertifikatsvertrauenseinstellungen → „{name}“ einschalten.",
    )),
    ("Android", (
        "Oben auf „Zertifikat für alle anderen“ tippen und die Datei behalten.",
        "Einstellungen → nach „CA-Zertifikat“ suchen → Trotzdem installieren → die Datei wählen.",
        "Chrome benutzen. Andere Browser führen womöglich eine eigene Liste.",
    )),
    ("Windows", (
        "Die Zertifikatsdatei öffnen → Zertifikat installieren → Aktueller Benutzer.",
        "In „Vertrauenswürdige Stammzertifizierungsstellen“ ablegen, dann den Browser schließen und öffnen.",
    )),
    ("macOS", (
        "Die Zertifikatsdatei öffnen; die Schlüsselbundverwaltung legt sie in „Anmeldung“ ab.",
        "Dort „{name}“ doppelklicken → Vertrauen → Bei Verwendung dieses Zertifikats: Immer vertrauen.",
    )),
)  # fmt: skip

_NL: Final = {
    "title": "Dit systeem vertrouwen",
    "lead": "Tablets openen scrubcast over een versleutelde verbinding. Het certificaat is op deze machine gemaakt, "
    "dus elke tablet moet één keer horen dat het te vertrouwen is.",
    "compare": "Vergelijk eerst",
    "compare.lead": "Deze zes woorden staan ook in het venster waarin scrubcast is gestart. Wijken ze af, stop dan "
    "hier en vraag de leiding: er kan iemand tussen u en deze machine zitten.",
    "digits": "Hetzelfde voluit, zoals instellingen van tablets het tonen (SHA-256)",
    "trust": "Vertrouw het dan",
    "profile": "Profiel voor iPad en iPhone",
    "certificate": "Certificaat voor alle andere",
    "here": "Deze pagina op een andere tablet",
    "here.lead": "Richt zijn camera hierop.",
    "done": "Open daarna de app",
    "done.lead": "Opent die zonder waarschuwing, dan vertrouwt de tablet dit systeem. Zet hem op het beginscherm.",
    "open": "scrubcast openen",
    "narrow": "Het mag spreken voor deze machine en voor adressen van privénetten, voor geen andere site. Verwijder "
    "het na het evenement waar u het hebt toegevoegd.",
}
_NL_STEPS: Final[tuple[Steps, ...]] = (
    ("iPad en iPhone", (
        "Tik in Safari hierboven op “Profiel voor iPad en iPhone” en sta het downloaden toe.",
        "Instellingen → Algemeen → VPN en apparaatbeheer → “{name}” → Installeer.",
        "Instellingen → Algemeen → Info → Vertrouwde certificaten → zet “{name}” aan.",
    )),
    ("Android", (
        "Tik hierboven op “Certificaat voor alle andere” en bewaar het bestand.",
        "Instellingen → zoek “CA-certificaat” → Toch installeren → kies het bestand.",
        "Gebruik Chrome. Andere browsers hebben soms een eigen lijst.",
    )),
    ("Windows", (
        "Open het certificaatbestand → Certificaat installeren → Huidige gebruiker.",
        "Plaats het in “Vertrouwde basiscertificeringsinstanties”, en sluit en open dan de browser.",
    )),
    ("macOS", (
        "Open het certificaatbestand; Sleutelhangertoegang zet het in “inlog”.",
        "Dubbelklik daar op “{name}” → Vertrouw → Bij gebruik van dit certificaat: Vertrouw altijd.",
    )),
)  # fmt: skip

WORDS: Final[Mapping[Lang, Mapping[str, str]]] = MappingProxyType({"en": _EN, "de": _DE, "nl": _NL})
STEPS: Final[Mapping[Lang, tuple[Steps, ...]]] = MappingProxyType({"en": _EN_STEPS, "de": _DE_STEPS, "nl": _NL_STEPS})

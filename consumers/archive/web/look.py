"""How the replay's pages say a time, a person, a place and an update, in the visitor's language. Pure."""

from dataclasses import dataclass
from datetime import datetime

from consumers.archive.timeline import Timeline
from consumers.archive.way import Who
from consumers.archive.web.phrases import translate
from streams.scrub.kind_words import Lang, Three, pick, what

ROLES: dict[str, Three] = {
    "reporter": ("reporter", "Reporter", "verslaggever"),
    "reviewer": ("reviewer", "Prüfung", "beoordelaar"),
    "physician": ("physician", "Ärztin oder Arzt", "arts"),
    "director": ("director", "Leitung", "leiding"),
    "advocate": ("advocate", "Patientenfürsprache", "patiëntvertrouwenspersoon"),
    "liaison": ("liaison", "Angehörigenbetreuung", "familiecontact"),
    "auditor": ("auditor", "Revision", "auditor"),
}
_PLATFORMS = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}


@dataclass(frozen=True)
class Look:
    """One event, in one language."""

    of: Timeline
    lang: Lang

    def t(self, english: str, **values: object) -> str:
        return translate(english, self.lang, **values)

    def clock(self, at: datetime) -> str:
        return f"{self.of.local(at):%H:%M:%S}"

    def tenth(self, at: datetime) -> str:
        local = self.of.local(at)
        return f"{local:%H:%M:%S}{self.point}{local.microsecond // 100_000}"

    def seconds(self, value: float) -> str:
        return f"{value:.1f} s".replace(".", self.point)

    @property
    def point(self) -> str:
        return "." if self.lang == "en" else ","

    def day(self, at: datetime) -> str:
        local = self.of.local(at)
        months = _MONTHS[self.lang].split()
        dot = "." if self.lang == "de" else ""
        return f"{local.day}{dot} {months[local.month - 1]} {local.year}"

    def lasted(self, seconds: float) -> str:
        """As people read a stopwatch: 2 min 25 s."""
        hours, rest = divmod(max(0, round(seconds)), 3600)
        minutes, left = divmod(rest, 60)
        parts = ((hours, "h"), (minutes, "min"), (left, "s"))
        said = [f"{n} {unit}" for n, unit in parts if n]
        return " ".join(said[:2]) or "0 s"

    def role(self, code: str) -> str:
        return pick(ROLES[code], self.lang) if code in ROLES else code

    def who(self, who: Who) -> str:
        """`A. Visser, physician`; a role's token bears its role's name alone."""
        role = self.role(who.role)
        return role if who.name == who.role else ", ".join(part for part in (who.name, role) if part)

    def place(self, destination: str) -> str:
        platform, _, account = destination.partition(":")
        word = self.t("the local page") if platform == "local" else _PLATFORMS.get(platform, platform)
        several = len({key for key in self.accounts if key.partition(":")[0] == platform}) > 1
        return f"{word} {account}" if several else word

    @property
    def accounts(self) -> frozenset[str]:
        plans = (t.step.detail.get("destinations") for t in self.of.ticks if t.step.what == "released")
        first = next(plans, None) or ()
        return frozenset(f"{d['platform']}:{d.get('account') or ''}" for d in first)

    def inside(self, words: str) -> str:
        """Words that begin a line, within a sentence: German keeps the capital of its nouns."""
        return words if self.lang == "de" else words[:1].lower() + words[1:]

    def update(self, update_id: str, *, public: bool = True) -> str:
        """`Post 28` of what was public at some time, `Update 38` of what never was, or was not yet."""
        if public and update_id in self.of.posts:
            return self.t("Post {n}", n=self.of.posts[update_id])
        return self.t("Update {n}", n=self.of.updates.get(update_id, "?"))

    def kind(self, code: str) -> str:
        return what(code, self.lang)


_MONTHS: dict[Lang, str] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}

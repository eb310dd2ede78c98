"""How the checks and gaps of a preparation are said: sentences of streams.ready in three languages, dates by the event's
clock. Pure; a gap nobody translated yet is said in English rather than not at all.
"""

# ruff: noqa: E501  # a pattern and its sentence stand on one line

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from producers.desk import words
from producers.desk.phrases import PHRASES, translate
from producers.desk.preparing_fields import SAME, Rows
from producers.desk.preparing_forms import group_of, part_at, unknown_key
from producers.desk.words import Lang
from schemas.envelope import Role
from streams.ready import Gap, Said

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}

# What streams.readiness says, as one of our sentences; groups become its blanks. The first that fits.
_GAPS: tuple[tuple[str, str], ...] = (
    (r"is missing|Field required", "is missing"),
    (r"is not a field of this file; check the spelling", "is not a field of this file; check the spelling"),
    (r"needs a time zone, .*", "needs a time zone"),
    (r"needs a date, a time and a time zone", "needs a date, a time and a time zone"),
    (r"(?P<platform>\w+) has no account set up here; .*", "{platform} has no account set up here; the operator gives its credentials"),
    (r"this account of (?P<platform>\w+) is not set up here; .*", "this account of {platform} is not set up here; the operator gives its credentials"),
    (r"no policy of that name; there are (?P<list>.*)", "no policy of that name; there are {list}"),
    (r"lies in the past", "lies in the past"),
    (r"two items have the same id", "two items have the same short name"),
    (r"policy (?P<policy>\S+) asks for (?P<s>\d+) seconds at least", "policy {policy} asks for {s} seconds at least"),
    (r"policy (?P<policy>\S+) asks that a person reads everything; .*", "policy {policy} asks that a person reads everything"),
    (r"policy (?P<policy>\S+) screens only (?P<list>.*)", "policy {policy} screens only {list}"),
    (r"not a zone name, .*", "not a zone name, as Europe/Amsterdam is"),
    (r"the consent does not cover text, so nothing may be posted", "nothing may be posted without it"),
    (r"lies in the future; nothing may be posted before it is signed", "lies in the future; nothing may be posted before"),
    (r"the consent ends before the event does", "the consent ends before the event does"),
    (r"the consent ends before the event closes", "the consent ends before the event closes"),
    (r"has to say that the signer has a copy", "has to be so"),
    (r"has to say that it is in plain language", "has to be so"),
    (r"a representative and the authority go together", "a representative and the authority go together"),
    (r"names the communications staff; .*", "names the communications staff; somebody without an interest in the posts has to take it"),
    (r"is no language code; .*", "is no language code; write two letters, as en, de, nl or tr"),
    (r"lies before the signature; .*", "lies before the signature"),
    (r"the consent does not cover (?P<platform>\w+); take it out, or ask anew", "the consent does not cover {platform}; take it out, or ask anew"),
    (r"is no platform; there are .*", "is not written as it should be"),
    (r"one is empty; each purpose is ticked on its own, in words", "is not written as it should be"),
    (r"one stands there twice", "one stands there twice"),
    (r"(?:photo|video|photo and video) is granted, but nobody who may be shown; .*", "pictures are granted, but nobody who may be shown; each person has a consent of their own, staff too"),
    (r"lies in the future; nobody may be shown before they sign", "lies in the future; nobody may be shown before they sign"),
    (r"covers neither photo nor video; take the person out", "covers neither photo nor video; take the person out"),
    (r"is a protected name, and the consent's name_level is .*", "is a protected name, and the consent does not let it be public; take it out"),
    (r"names the other side than consent.body_area; .*", "names the other side than the consent; one of the two is wrong"),
    (r"is no phase of this event", "is no phase of this event"),
    (r"the run sheet has no such item", "the run sheet has no such item"),
    (r"a rehearsal posts on the local page alone; .*", "a rehearsal posts on the public page alone"),
    (r"has braces that are no blank; .*", "has braces that are no blank"),
    (r"has two blanks with nothing .*", "has two blanks with nothing between them; put a word there"),
    (r"holds a protected term; .*", "holds a protected term"),
    (r"String should have at most (?P<n>\d+) characters?", "has more than {n} characters"),
    (r"String should have at least (?P<n>\d+) characters?", "is missing"),
    (r"(?:Tuple|List) should have at least 1 item .*", "is missing"),
    (r"Value error, the window closes before it opens", "it closes before it opens"),
    (r"Value error, a destination stands there twice", "one stands there twice"),
    (r"Value error, local takes no account, every other platform needs one", "the account is missing"),
    (r"(?:String|Input) should .*|Value error, .*", "is not written as it should be"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), english) for pattern, english in _GAPS)


EMPTY_ALONE = 2  # empty fields that are named in a sentence each


@dataclass(frozen=True)
class Words:
    """Says things to one person: their language, the event's clock, the day it is there."""

    lang: Lang
    zone: ZoneInfo
    now: datetime

    def t(self, english: str, **values: object) -> str:
        return english if english in SAME else translate(english, self.lang, **values)

    def say(self, one: Said | Gap) -> str:
        """One sentence; a gap with the place it is at."""
        if isinstance(one, Gap):
            return self.gap(one)
        return self.t(one.english, **{name: self.value(value) for name, value in one.values})

    def all(self, several: Sequence[Said | Gap]) -> str:
        return " ".join(self.say(one) for one in several)

    def lines(self, several: Sequence[Said | Gap]) -> list[str]:
        """Each on its own; where more than two fields are empty, these in one line."""
        empty = [one for one in several if isinstance(one, Gap) and one.english == "is missing" and one.place]
        if len(empty) <= EMPTY_ALONE:
            return [self.say(one) for one in several]
        places = list(dict.fromkeys(self.place(one.place) for one in empty))
        others = [self.say(one) for one in several if one not in empty]
        return [self.t("Still empty: {list}.", list=", ".join(places)), *others]

    def gap(self, gap: Gap) -> str:
        what = self.gap_words(gap.english)
        if not gap.place:
            return f"{what[:1].upper()}{what[1:]}."
        return f"{self.place(gap.place)}: {what}."

    def gap_words(self, english: str) -> str:
        for pattern, sentence in _PATTERNS:
            found = pattern.fullmatch(english)
            if found is not None:
                return self.t(sentence, **found.groupdict())
        return self.t(english) if english in PHRASES else english

    def place(self, path: str) -> str:
        """The label of the field that stands there; with the number of its row."""
        part = part_at(path)
        if part is None:
            group = group_of(path)
            return self.t(group.label) if group is not None and group.label else unknown_key(path)
        rest = path.removeprefix(part.name).strip(".")
        number, _, column = rest.partition(".")
        label = self.t(part.label)
        if isinstance(part, Rows) and number.isdigit():
            named = next((c.label for c in part.columns if c.name == column), None)
            return f"{label} {int(number) + 1}" + (f", {self.t(named)}" if named else "")
        return label

    def value(self, value: Any) -> str:
        if isinstance(value, Said | Gap):
            return self.say(value)
        if isinstance(value, tuple):
            return ", ".join(self.value(one) for one in value)
        if isinstance(value, datetime):
            at = value.astimezone(self.zone)
            return f"{self.day(at.date())}, {at:%H:%M}"
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, Role):
            return words.role(value, self.lang)
        return str(value)

    def day(self, day: date, *, weekday: bool = False) -> str:
        """“1 December”, with the year when it is not this one."""
        month = _MONTHS[self.lang].split()[day.month - 1]
        said = f"{day.day}. {month}" if self.lang == "de" else f"{day.day} {month}"
        if day.year != self.now.astimezone(self.zone).year:
            said = f"{said} {day.year}"
        if not weekday:
            return said
        name = _DAYS[self.lang].split()[day.weekday()]
        return f"{name}, {said}" if self.lang == "de" else f"{name} {said}"

    def moment(self, at: datetime) -> str:
        """With the day of the week: when the event opens."""
        local = at.astimezone(self.zone)
        return f"{self.day(local.date(), weekday=True)}, {local:%H:%M}"


_NUMBERS = (
    "One thing is missing", "Two things are missing", "Three things are missing", "Four things are missing",
    "Five things are missing", "Six things are missing", "Seven things are missing", "Eight things are missing",
    "Nine things are missing", "Ten things are missing",
)  # fmt: skip


def heading(missing: int, say: Words) -> str:
    """What the page says first."""
    if missing == 0:
        return say.t("Everything is ready")
    return say.t(_NUMBERS[missing - 1]) if missing <= len(_NUMBERS) else say.t("{n} things are missing", n=missing)

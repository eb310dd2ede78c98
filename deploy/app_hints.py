"""Writes what the reporter's page knows of identifiers and lengths, from the patterns of the stage and the poster.

`python -m deploy.app_hints` writes `hints.json` and `lengths.json` below `producers/intake/app/src/generated/`; a test
compares, so that the page and the stage cannot drift apart. The event's protected terms are no part of it: a tablet
never gets them. Only rules that a browser can run without the word data are in it, so it hints less than the stage
finds, and nothing that the stage would not find.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consumers.poster import emoji, length, stamps
from consumers.poster.platforms import bluesky_record, mastodon_server
from streams import link_ends, links, pins
from streams.scrub import calendar_dates, cues, figures, name_words, normalise, packaged
from streams.scrub.detectors import birthdays, contacts, dates, names, national_numbers, records, rooms
from streams.scrub.lexicon_words import lexicon

GENERATED = Path(__file__).resolve().parent.parent / "producers/intake/app/src/generated"

# Families whose cue can only mean a number of somebody's; bibs and lots are counted and worn by everybody.
_FAMILIES = ("national", "plan", "account", "licence", "serial", "record")
_LINK = r"(?:[\s:.#-]{1,3}(?:no|nr|number|nummer|is|ist)(?!\w)\.?)?[\s:.#-]{1,3}"
_NUMBER = r"(?P<number>(?:[a-z]{1,3}[-.]?)?\d+(?:[-./ ]?\d+){0,8})(?![\w]|[.,:/-]\d)"
# What a number of a fixed form may look like as it is typed; `form` then judges the signs alone.
_SSN = r"(?<![\w.,:/-])\d{3}[-. ]\d{2}[-. ]\d{4}(?![\w]|[.,:/-]\d)"
_NINO = r"(?<![\w.,:/-])[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d](?![\w]|[.,:/-]\d)"

_ESCAPES = {r"\w": r"[\p{L}\p{N}_]", r"\W": r"[^\p{L}\p{N}_]", r"\Z": "$", r"\A": "^"}
_WORD_EDGE = r"(?:(?<=[\p{L}\p{N}_])(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_])(?=[\p{L}\p{N}_]))"
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_CODE = re.compile(r"\\U([0-9a-fA-F]{8})|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")


def in_javascript(pattern: str) -> str:
    """Python's pattern as JavaScript's with the flag `u`, where words are Unicode's as they are in Python.

    Raises ValueError for what JavaScript cannot say the same way.
    """
    out: list[str] = []
    at, inside = 0, False
    while at < len(pattern):
        two = pattern[at : at + 2]
        if (code := _CODE.match(pattern, at)) is not None:
            out.append(_literal(int(next(group for group in code.groups() if group), 16)))
            at = code.end()
        elif two[0] == "\\":
            out.append(_escape(two, inside=inside))
            at += 2
        elif not inside and pattern.startswith(r"[^\W\d_]", at):
            out.append(r"\p{L}")
            at += len(r"[^\W\d_]")
        elif not inside and pattern.startswith("(?P", at):
            name = re.compile(r"\(\?P(?:<(?P<group>\w+)>|=(?P<again>\w+)\))").match(pattern, at)
            if name is None:
                raise ValueError(f"no such group in JavaScript: {pattern[at : at + 12]}")
            out.append(f"(?<{name['group']}>" if name["group"] else rf"\k<{name['again']}>")
            at = name.end()
        else:
            out.append("\\[" if inside and two[0] == "[" else two[0])
            inside = two[0] == "[" or (inside and two[0] != "]")
            if two in {"[^", "[]"}:
                out.append(two[1].replace("]", "\\]"))
                at += 1
            at += 1
    return "".join(out)


def _escape(two: str, *, inside: bool) -> str:
    if inside:
        if two == r"\W":
            raise ValueError("a class of all but words cannot be said in a class of JavaScript")
        if two == r"\w":
            return r"\p{L}\p{N}_"
        return two if two[1].isalnum() or two[1] in _SYNTAX or two[1] == "-" else two[1]
    if two == r"\b":
        return _WORD_EDGE
    if two in _ESCAPES:
        return _ESCAPES[two]
    return two if two[1].isalnum() or two[1] in _SYNTAX else two[1]


def _literal(code: int) -> str:
    char = chr(code)
    return "\\" + char if char in _SYNTAX or char == "-" else f"\\u{{{code:x}}}"


def _rule(rule: str, kind: str, pattern: str, **more: Any) -> dict[str, Any]:
    return {"rule": rule, "kind": kind, "pattern": in_javascript(pattern), **more}


def _contacts() -> Iterator[dict[str, Any]]:
    yield _rule("email", "email", contacts._EMAIL.pattern)  # noqa: SLF001  one source: the stage's own pattern, here and below
    yield _rule("phone-international", "phone", contacts._INTERNATIONAL.pattern)  # noqa: SLF001
    yield _rule("phone-us", "phone", contacts._AMERICAN.pattern)  # noqa: SLF001
    yield _rule("phone-national", "phone", contacts._NATIONAL.pattern, figures=10)  # noqa: SLF001  so many need no plan
    yield _rule("phone-cue", "phone", contacts._CUED.pattern, group="number")  # noqa: SLF001
    public = "|".join(sorted(contacts._PUBLIC))  # noqa: SLF001
    yield _rule("phone-extension", "phone", contacts._SHORT.pattern, group="number", unless=f"^-*(?:{public})$")  # noqa: SLF001


def _dates() -> Iterator[dict[str, Any]]:
    reading = in_javascript(dates._CLINICAL_BEFORE.pattern)  # noqa: SLF001
    for rule, pattern in (
        ("date-iso", calendar_dates._ISO),  # noqa: SLF001
        ("date-figures", calendar_dates._FIGURES),  # noqa: SLF001
        ("date-day-first", calendar_dates._DAY_FIRST),  # noqa: SLF001
        ("date-cue", calendar_dates._CUED_FIGURES),  # noqa: SLF001
    ):
        source = pattern.pattern
        yield _rule(rule, "date", source, date=True, before=reading)
    said = f"{dates._DATE_BEFORE.pattern}|{dates._CUE_BEFORE.pattern}"  # noqa: SLF001
    yield _rule("date-day-month", "date", calendar_dates._DAY_MONTH.pattern, date=True, after=in_javascript(said))  # noqa: SLF001
    ours = in_javascript(birthdays._NOT_OURS.pattern)  # noqa: SLF001
    yield _rule("birthday", "birthday", birthdays._BIRTHDAY.pattern, unless=ours)  # noqa: SLF001


def _numbers() -> Iterator[dict[str, Any]]:
    forms = {number.rule: number.form.pattern for number in national_numbers.NUMBERS}
    yield _rule("us-ssn", "national-number", _SSN, form=in_javascript(forms["us-ssn"]))
    yield _rule("uk-nino", "national-number", _NINO, form=in_javascript(forms["uk-nino"]))
    measured = in_javascript(f"^(?:{figures._UNIT.pattern})")  # noqa: SLF001
    counted = in_javascript(f"^(?:{records._COUNTED.pattern})")  # noqa: SLF001
    for name in _FAMILIES:
        for family in (f for f in records.FAMILIES if f.rule == name and not f.near):
            cues_of = sorted((cue for cue, of in records._CUES.items() if of is family), key=lambda c: (-len(c), c))  # noqa: SLF001
            cue = "|".join(re.escape(cue).replace("\\ ", r"[\s-]") for cue in cues_of)
            yield _rule(
                f"{name}-cue",
                family.kind,
                rf"(?<![\w-])(?:{cue}){_LINK}{_NUMBER}",
                group="number",
                figures=family.figures,
                unless=f"^(?:{in_javascript(records._A_DATE.pattern)})$",  # noqa: SLF001
                behind=measured,
                few=counted,
            )


def _rooms() -> Iterator[dict[str, Any]]:
    room = rooms._ROOM.pattern  # noqa: SLF001
    # "box 4" is a bed only to Germans, "zaal" a hall, "beds 2" a count: the stage weighs them by the language.
    yield _rule("room", "room", room, group="room", none="lead", unless=r"^(?:box|zaal|suite|rooms|beds)(?!\p{L})")
    yield _rule("room-slot", "room", rooms._SLOT.pattern)  # noqa: SLF001
    yield _rule("room-unit", "room", rooms._ROOM_BEHIND.pattern, group="room")  # noqa: SLF001


def hints() -> dict[str, Any]:
    """Rules in the order in which they are asked, and the words that make a name of what follows them."""
    given = lexicon().given
    listed = sorted(
        {word.lower() for word in packaged.words("lexicon/names.given.txt") if normalise.fold(word) in given}
    )
    return {
        "rules": [*_contacts(), *_dates(), *_numbers(), *_rooms()],
        "programme": in_javascript(dates._PROGRAMME.pattern),  # noqa: SLF001
        "titles": sorted(cues.MISTER - {"fr", "hr"}),
        "addressed": sorted(cues.DOCTOR | cues.MISTER),
        "relatives": sorted(cues.RELATIVES | cues.PATIENT),
        "naming": in_javascript(names._NAMING.pattern),  # noqa: SLF001
        "months": sorted(calendar_dates._ALSO_WORDS),  # noqa: SLF001
        "joiners": sorted(name_words.JOINERS),
        "given": " ".join(listed),
        "special": {chr(k): str(v) for k, v in sorted(normalise._SPECIAL.items())},  # noqa: SLF001
        "digraphs": [list(pair) for pair in normalise._DIGRAPHS],  # noqa: SLF001
    }


def lengths() -> dict[str, Any]:
    """Limits, and what counting for X takes: names that end a link, emoji that weigh two, ranges that weigh one."""
    return {
        "ends": " ".join(sorted(link_ends.PUBLISHED)),
        "newer": " ".join(sorted(link_ends.NEWER)),
        "emoji": in_javascript(emoji.ONE.pattern),
        "light": [list(pair) for pair in length.X_LIGHT],
        "xUrl": length.X_URL,
        "latin": in_javascript(links._LATIN),  # noqa: SLF001
        "notInName": _class(links._NO_NAME),  # noqa: SLF001
        "noLink": _class(links._NO_LINK),  # noqa: SLF001
        "limits": {"x": length.X_MAX - length.X_MARGIN, "bluesky": bluesky_record.MAX, "mastodon": mastodon_server.MAX},
        "number": f"{stamps.NUMBER_MAX}. ",
        "pin": {"least": pins.PIN_DIGITS_MIN, "most": pins.PIN_DIGITS_MAX},
        "mentionHost": length._MENTION_HOST.pattern,  # noqa: SLF001  words are ASCII in it, as they are in JavaScript
    }


def _class(body: str) -> str:
    """The inside of a character class."""
    return in_javascript(f"[{body}]")[1:-1]


def documents() -> dict[str, str]:
    """From the name of each file to what has to be in it."""
    made = {"hints.json": hints(), "lengths.json": lengths()}
    return {
        name: json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n" for name, content in made.items()
    }


def main() -> None:
    GENERATED.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (GENERATED / name).write_text(text, encoding="utf-8")
        print(f"producers/intake/app/src/generated/{name}")


if __name__ == "__main__":
    main()

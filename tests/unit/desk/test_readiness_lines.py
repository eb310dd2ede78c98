"""Every line of the readiness page in three languages, as golden files; and that none is forgotten.

`python -m tests.unit.desk.test_readiness_lines` writes them anew; read the difference before you commit it.
"""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from producers.desk import preparing_words
from producers.desk.phrases import PHRASES
from producers.desk.preparing_fields import SAME, SECTIONS, Field, Rows
from producers.desk.preparing_words import Words, heading
from producers.desk.presences import Present
from producers.desk.words import LANGS, Lang
from schemas.enrolment import ENROLMENTS_OF, Person, Pin
from schemas.envelope import Actor, Role, system
from schemas.ids import derive
from schemas.live_event import LiveEventFile
from schemas.preparation import Rehearsal, Tick
from streams import ready, run_sheet
from streams.accounts import AccountCheck
from streams.policies import SHIPPED_ONLY
from streams.ready import Asked, Check, Inputs
from tests.examples import DIRECTOR, NOW, PHYSICIAN, event_file

GOLDEN = Path(__file__).parents[2] / "golden" / "readiness"
ROOT = Path(__file__).parents[3]
X = {"platform": "x", "account": "@StAnna"}
SHEET = run_sheet.sha256(LiveEventFile.model_validate(event_file()).run_sheet)
REHEARSED = Rehearsal(
    live_event_id="r", began_at=NOW - timedelta(days=2, minutes=24), ended_at=NOW - timedelta(days=2), planted=40,
    caught=40, slipped=0, slowest_answer_s=65.0,
)  # fmt: skip


def person(name: str, role: Role, *, pin: bool = False) -> Person:
    kept = Pin(salt="0" * 32, hash="0" * 64, log2_n=15) if pin else None
    return Person(
        id=derive(name), live_event_id=ENROLMENTS_OF, at=NOW, actor=system("desk"), name=name, initials=name[:1],
        role=role, pin=kept,
    )  # fmt: skip


TEAM = (
    person("Noor", Role.REPORTER, pin=True), person("Jan", Role.REPORTER, pin=True),
    person("S. de Wit", Role.REVIEWER), person("A. Visser", Role.PHYSICIAN), person("J. Brandt", Role.DIRECTOR),
    person("Eva Martens", Role.ADVOCATE), person("Tom Okafor", Role.LIAISON),
)  # fmt: skip


def given(file: dict[str, Any] | None = None, **changes: Any) -> Inputs:
    plain = event_file(**(file or {}))
    protect = tuple(plain.pop("protect"))
    base: dict[str, Any] = {
        "file": plain, "now": NOW, "known_platforms": frozenset({"local", "x"}), "protect": protect,
        "policies": SHIPPED_ONLY.by_name, "people": TEAM, "with_passkey": frozenset(p.id for p in TEAM), "tablets": 2,
        "present": (Present("A. Visser", Role.PHYSICIAN, NOW), Present("Eva Martens", Role.ADVOCATE, NOW)),
        "ticks": (Tick(check="run-sheet", by=PHYSICIAN, at=NOW - timedelta(days=1), of=SHEET),),
        "rehearsal": REHEARSED, "run_sheet_sha256": SHEET,
    }  # fmt: skip
    return Inputs(**(base | changes))


def consent(**changes: Any) -> dict[str, Any]:
    return {"consent": event_file()["consent"] | changes}


TEXT = {"text": True, "photo": False, "video": False}
SITUATIONS: dict[str, Inputs] = {
    "all is done": given({"release": {"delay_s": 30}, "family_first": ["key step"]}),
    "nothing is there": given(file={}, people=(), tablets=0, with_passkey=frozenset(), present=(), ticks=(),
                              rehearsal=None, protect=()),
    "an empty file": Inputs(file={}, now=NOW, known_platforms=frozenset({"local"})),
    "a broken file": Inputs(file={"titel": 1, "window": 3, "destinations": [{"platform": "x"}]}, now=NOW,
                            known_platforms=frozenset({"local"})),
    "it is over": given({"window": {"opens": NOW - timedelta(hours=3), "closes": NOW - timedelta(hours=2)}}),
    "consent: no text": given(consent(media=TEXT | {"text": False})),
    "consent: tomorrow": given(consent(signed_at=NOW + timedelta(days=1))),
    "consent: ends before": given(consent(expires="2026-11-30")),
    "consent: the communications staff": given(consent(taken_by="The press office")),
    "consent: several": given(consent(copy_given=False, plain_language=False, representative="guardian",
                                      language="qq", withdrawal_cutoff=NOW - timedelta(days=9))),
    "consent: pictures": given(consent(media=TEXT | {"photo": True})),
    "consent: a part of the body": given(consent(body_area="right knee", media=TEXT | {"photo": True},
                                                 pictured=["nurse"])),
    "consent: not there": given(consent(platforms=["x"])),
    "hashtag": given({"hashtag": "#MariasKnee"}, protect=("Maria Lopez",)),
    "address": given({"id": "marias-knee"}, protect=("Maria Lopez",)),
    "title": given({"title": "The knee of Lopez"}, protect=("Maria Lopez",)),
    "accounts: not asked": given({"destinations": [X]}),
    "accounts: proven": given({"destinations": [X]},
                              asked=Asked(NOW, (AccountCheck("x:@StAnna", "@StAnna", left=71),))),
    "accounts: refused": given({"destinations": [X]},
                               asked=Asked(NOW, (AccountCheck("x:@StAnna", gap="X says no; try again"),))),
    "accounts: asked long ago": given({"destinations": [X]}, asked=Asked(NOW - timedelta(hours=2), (
        AccountCheck("x:@StAnna", "@StAnna"),))),
    "accounts: cannot be asked": given({"destinations": [X]}, asks=False),
    "accounts: not set up": given({"destinations": [{"platform": "mastodon", "account": "@a"}]}),
    "accounts: no keys": given({"destinations": [X]}, has_credentials=lambda _: False),
    "policy: unknown": given({"policy": "lax"}),
    "policy: no item": given({"holding": {"after_min": 5, "item": "wait"}}),
    "run sheet: none": given({"run_sheet": []}, run_sheet_sha256=None),
    "run sheet: unsigned": given(ticks=()),
    "run sheet: changed": given(run_sheet_sha256="1" * 64),
    "run sheet: twice": given({"run_sheet": [{"id": "a", "text": "One."}, {"id": "a", "text": "Two {x}."}]}),
    "family first: no such phase": given({"family_first": ["lunch"]}),
    "family first: two phases": given({"family_first": ["key step", "closing"]}),
    "family first: one phase and nobody": given({"family_first": ["closing"]}, people=TEAM[:-1]),
    "family first: nobody": given({"family_first": ["key step", "closing"]}, people=TEAM[:-1]),
    "somebody is missing": given(tablets=0),
    "in the room": given(present=(), ticks=tuple(
        Tick(check=check, by=DIRECTOR, at=NOW - timedelta(minutes=5)) for check in ready.IN_ROOM.values())),
    "in the room no more": given(present=(), ticks=(Tick(check="in-room-advocate", by=DIRECTOR,
                                                         at=NOW - timedelta(hours=3)),)),
    "a link that costs": given({"destinations": [X], "title": "See https://example.org"}, asks=False),
    "a name that may be public": given({"allow": ["Maria"]}),
    "no rehearsal": given(rehearsal=None),
}  # fmt: skip


def lines(lang: Lang) -> Iterator[str]:
    say = Words(lang, ZoneInfo("Europe/Amsterdam"), NOW)
    for name, inputs in SITUATIONS.items():
        found = ready.checks(inputs)
        yield f"## {name}: {heading(len(ready.missing(found)), say)}"
        for check in found:
            yield f"{'done   ' if check.ok else 'missing'} {check.id}: {say.say(check.title)}"
            yield from (f"        {line}" for line in say.lines(check.words))
            if check.act is not None and not check.ok:
                yield f"        [{say.t(check.act.label)}] {check.act.kind} {check.act.target}"
        yield ""


@pytest.mark.parametrize("lang", LANGS)
def test_every_line_reads_as_it_was_agreed(lang: Lang) -> None:
    assert "\n".join(lines(lang)) == (GOLDEN / f"{lang}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["de", "nl"])
def test_no_line_is_left_in_english(lang: Lang) -> None:
    english = {line for line in lines("en") if line.startswith("        ") and not line.startswith("        [")}
    same = english & set(lines(lang))
    assert {line.strip() for line in same} <= {"X says no; try again."}  # a platform's own words


def checks_by_id(inputs: Inputs) -> dict[str, Check]:
    return {check.id: check for check in ready.checks(inputs)}


def test_all_green_is_ready() -> None:
    assert ready.missing(ready.checks(SITUATIONS["all is done"])) == ()


def test_each_line_that_is_missing_has_its_act() -> None:
    for inputs in SITUATIONS.values():
        for check in ready.missing(ready.checks(inputs)):
            assert check.act is not None, check.id
            if check.act.kind == "section":
                assert check.act.target.partition("#")[0] in {*SECTIONS, "protected"}


def test_a_fault_of_one_part_hides_no_fault_of_another() -> None:
    broken = {k: v for k, v in event_file(hashtag="no hashtag").items() if k != "protect"}
    found = checks_by_id(given(broken | consent(expires="2020-01-01")))
    assert not found["event"].ok
    assert not found["consent"].ok


def test_no_line_holds_a_protected_term() -> None:
    for lang in LANGS:
        assert not re.search("Maria|Lopez|1957|00482913", "\n".join(lines(lang)))


def test_the_cost_is_seen_for_what_it_was() -> None:
    inputs = given({"destinations": [X]}, asks=False)
    tick = Tick(check="cost", by=DIRECTOR, at=NOW, of=ready.cost_sha256(ready.file_of(inputs)))
    assert checks_by_id(given({"destinations": [X]}, asks=False, ticks=(tick,)))["cost"].ok
    two = [X, {"platform": "x", "account": "@Two"}]
    assert not checks_by_id(given({"destinations": two}, asks=False, ticks=(tick,)))["cost"].ok


def test_a_reporter_without_a_pin_and_a_physician_without_a_passkey_do_not_count() -> None:
    for people, keys in (((person("Noor", Role.REPORTER), *TEAM[2:]), TEAM), (TEAM, TEAM[:3])):
        assert not checks_by_id(given(people=people, with_passkey=frozenset(p.id for p in keys)))["people"].ok


def asked_for() -> set[str]:
    """Every sentence that checks, fields and forms may say."""
    found: set[str] = set()
    for path in [
        ROOT / "streams/ready.py",
        *(ROOT / "producers/desk").glob("preparing_*.py"),
        ROOT / "producers/desk/staff_import.py",
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                at = {"said": 0, "Act": 2}.get(name)
                first = None if at is None else node.args[at]
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    for section in SECTIONS.values():
        found |= {section.label, section.lead, *(t for g in section.groups for t in (g.label, g.help))}
        for part in section.parts:
            for field in (part, *(part.columns if isinstance(part, Rows) else ())):
                found |= {field.label, field.help}
                if isinstance(field, Field):
                    found |= {field.hint, *(label for _, label in field.options)}
    return (found | {sentence for _, sentence in preparing_words._GAPS}) - {""} - SAME  # the table of sentences


def test_every_sentence_has_its_translations() -> None:
    assert asked_for() - set(PHRASES) == set()


def test_a_person_who_signed_is_named_and_no_one_else_is() -> None:
    signed = Tick(check="run-sheet", by=Actor(role=Role.PHYSICIAN, name="Dr. B"), at=NOW, of=SHEET)
    assert "signed by Dr. B on" in str(checks_by_id(given(ticks=(signed,)))["run-sheet"].words[0])


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for language in LANGS:
        (GOLDEN / f"{language}.txt").write_text("\n".join(lines(language)), encoding="utf-8")

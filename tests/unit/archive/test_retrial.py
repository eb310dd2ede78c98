"""Another policy over what was released and held: what differs, which way, and what there is to do about it."""

from collections.abc import Sequence

import pytest

from consumers.archive.replay import Replay, replay
from consumers.archive.retrial import DO, GROUPS, Materials, Typed, retry
from schemas.draft import Action, Finding
from schemas.envelope import Role
from schemas.ids import derive
from schemas.policy import KindRule, Policy, ReviewRule
from tests.unit.archive.records import KNEE, LOOSE, POLICY, dispose, story
from tests.unit.archive.test_replay import as_entries

REFUSES = Policy(name="refuses", version=1, kinds={"name.person": KindRule(action=Action.REFUSE)})
READS_ALL = Policy(name="reads", version=1, review=ReviewRule(read="all"), kinds=POLICY.kinds)


@pytest.fixture(scope="module")
def told() -> Replay:
    return replay(as_entries(story()))


def update(n: int) -> str:
    return str(derive("update", KNEE, n))


def finds(word: str, action: Action = Action.HOLD) -> Materials:
    """A screening that knows one word."""

    def screen(text: str, _: str | None, __: tuple[str, ...]) -> Sequence[Finding]:
        at = text.find(word)
        if at < 0:
            return ()
        return (Finding(start=at, end=at + len(word), kind="name.person", rule="terms", action=action),)

    return Materials(screen)


def groups(told: Replay, policy: Policy, materials: Materials) -> dict[str, list[str]]:
    found = retry(told, policy, dispose, materials)
    return {group: [row.update_id for row in found.of(group)] for group in GROUPS if found.of(group)}


def test_recorded_findings_alone_differ_both_ways(told: Replay) -> None:
    assert groups(told, REFUSES, Materials()) == {"look-now": [update(8)], "more-work": [update(9)]}
    assert groups(told, LOOSE, Materials()) == {"would-let-through": [update(9)], "without-a-person": [update(8)]}
    assert groups(told, POLICY, Materials()) == {}


def test_published_text_is_screened_again_and_what_is_taken_back_is_apart(told: Replay) -> None:
    assert groups(told, POLICY, finds("Update 3")) == {"was-public": [update(3)]}
    assert groups(told, POLICY, finds("Update 4")) == {"look-now": [update(4)]}


def test_what_was_typed_is_judged_before_anything_else(told: Replay) -> None:
    typed = {(update(9), 0): Typed("Nothing in it", None, ())}
    found = retry(told, POLICY, dispose, Materials(finds("Nobody").screen, typed))
    assert [(row.group, row.judged_by, row.text) for row in found.found] == [("would-let-through", "typed", None)]
    assert dict(found.judged) == {"typed": 1, "published": 8, "recorded": 0}
    assert "Nothing in it" not in repr(found)
    assert "Nothing in it" not in repr(typed)


def test_a_policy_that_has_a_person_read_everything_lists_all_that_went_by_itself(told: Replay) -> None:
    found = retry(told, READS_ALL, dispose, Materials())
    assert [r.group for r in found.found] == [*["look-now"] * 6, "was-public"]
    assert {kind for r in found.found for kind, _ in r.because} == {"read-first"}


def test_an_approval_counts_only_from_whom_the_policy_asks(told: Replay) -> None:
    def physician(findings: Sequence[Finding], policy: Policy) -> tuple[object, Role | None, tuple[str, ...]]:
        disposition, _, reasons = dispose(findings, policy)
        return disposition, Role.PHYSICIAN if reasons else None, reasons

    found = retry(told, POLICY, physician, Materials())  # type: ignore[arg-type]  # a disposition all the same
    assert [(r.group, r.update_id, r.approved_by, r.needs) for r in found.found] == [
        ("other-word", update(8), "reviewer", Role.PHYSICIAN)
    ]


def test_each_group_says_what_there_is_to_do() -> None:
    assert set(DO) == set(GROUPS)

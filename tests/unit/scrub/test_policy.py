"""Policies: the shipped ones are complete, wrong ones are refused with line and reason, findings alone decide."""

import pytest

from schemas.draft import Action, Disposition, Finding
from schemas.envelope import Role
from schemas.errors import Refused
from streams.scrub import packaged
from streams.scrub.kinds import KINDS
from streams.scrub.policy import SHIPPED, dispose, load, parse


def _finding(kind: str) -> Finding:
    return Finding(start=0, end=1, kind=kind, rule="x", action=Action.ALLOW)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_names_every_kind_and_no_other(name: str) -> None:
    policy = load(name)
    assert policy.name == name
    assert set(policy.kinds) == set(KINDS)
    assert policy.otherwise.action is Action.HOLD
    assert policy.rule("detector-failed").action is Action.HOLD
    assert policy.rule("known-term").action is Action.HOLD
    assert {policy.rule(kind).action for kind in ("edited", "asked-again", "screening-failed")} == {Action.HOLD}
    assert {policy.rule(kind).action for kind in ("empty", "unreadable")} == {Action.REFUSE}


def test_policies_differ_in_their_hashes() -> None:
    assert len({load(name).sha256 for name in SHIPPED}) == len(SHIPPED)


def test_every_label_is_there_in_every_language() -> None:
    labels = packaged.table("lexicon/labels.toml")
    for lang in ("en", "de", "nl"):
        assert set(labels[lang]) == {kind.label for kind in KINDS.values()}


def test_nothing_found_is_clear() -> None:
    assert dispose([], load("strict")) == (Disposition.CLEAR, None, ())


def test_the_gravest_finding_decides_and_the_highest_role_is_asked() -> None:
    findings = [_finding("email"), _finding("name"), _finding("claim")]
    assert dispose(findings, load("strict")) == (Disposition.HOLD, Role.PHYSICIAN, ("claim", "name"))
    assert dispose(findings[:2], load("strict")) == (Disposition.HOLD, Role.REVIEWER, ("name",))
    assert dispose(findings[:1], load("strict")) == (Disposition.REDACTED, None, ())


def test_another_policy_decides_the_same_findings_otherwise() -> None:
    assert dispose([_finding("unknown-name")], load("strict")).disposition is Disposition.HOLD
    assert dispose([_finding("unknown-name")], load("hipaa")).disposition is Disposition.CLEAR


def test_a_kind_that_a_policy_does_not_know_is_held() -> None:
    assert dispose([_finding("new-kind")], load("conference")) == (Disposition.HOLD, Role.REVIEWER, ("new-kind",))


def test_an_unknown_policy_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="no policy is called lenient"):
        load("lenient")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "x"\nversion = 1\nkinds = {\n', r"ours\.toml: .*line 3"),
        ('name = "x"\nversion = 1\n[kinds]\nemail = { action = "burn" }\n', r"ours\.toml: line 4: kinds\.email"),
        ('name = "x"\nversion = 1\nlokback = 3\n[kinds]\n', r"ours\.toml: line 3: lokback: Extra inputs"),
        ('name = "x"\nversion = 0\n[kinds]\n', r"ours\.toml: line 2: version"),
        ("version = 1\n[kinds]\n", r"ours\.toml: line 1: name: Field required"),
        ('name = "x"\nversion = 1\n[kinds]\n"E MAIL" = { action = "hold" }\n', r"ours\.toml: line 4: kinds\.E MAIL"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_refused_with_its_line_and_reason(text: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        parse(text, "ours.toml")


def test_a_policy_of_ones_own_is_read() -> None:
    policy = parse(
        'name = "ours"\nversion = 2\n[kinds]\nemail = {action="refuse"}\nclaim = {action="hold", needs="director"}\n',
        "ours.toml",
    )
    assert dispose([_finding("email")], policy) == (Disposition.REFUSE, None, ("email",))
    assert dispose([_finding("claim")], policy) == (Disposition.HOLD, Role.DIRECTOR, ("claim",))

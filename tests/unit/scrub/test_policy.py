"""Policies: the shipped ones are complete, wrong ones are refused with line and reason, findings alone decide."""

import pytest

from schemas.draft import Action, Disposition, Finding
from schemas.envelope import Role
from schemas.errors import Refused
from schemas.policy import Bands, KindRule, Policy
from streams.scrub import packaged
from streams.scrub.kinds import KINDS
from streams.scrub.policy import SHIPPED, dispose, load, parse


def _finding(kind: str, score: float = 1.0) -> Finding:
    return Finding(start=0, end=1, kind=kind, rule="x", action=Action.ALLOW, score=score)


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


_HEAD = 'name = "x"\nversion = 1\n'
_KINDS = _HEAD + "[kinds]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_HEAD + "kinds = {\n", r"ours\.toml: .*line 3"),
        (_KINDS + 'email = { action = "burn" }\n', r"ours\.toml: line 4: kinds\.email"),
        (_HEAD + "lokback = 3\n[kinds]\n", r"ours\.toml: line 3: lokback: Extra inputs"),
        ('name = "x"\nversion = 0\n[kinds]\n', r"ours\.toml: line 2: version"),
        ('version = 1\n[kinds]\nname = {action="hold"}\n', r"ours\.toml: line 1: name: Field required"),
        (_KINDS + 'emial = {action="hold"}\n', r"line 4: kinds\.emial: there is no such kind"),
        (_KINDS + '\nclaim = {action="redact"}\n', r"line 5: kinds\.claim: is judged by reading"),
        (_KINDS + 'claim = {action="hold"}\n\n[kinds.tone]\naction="redact"\n', r"line 6: kinds\.tone: is judged"),
        (_KINDS + 'name = {action="hold", needs="auditor"}\n', r"line 4: kinds\.name\.needs: .*physician"),
        (_KINDS + 'name = {action="redact", softer="hold"}\n', r"line 4: kinds\.name: .*harder"),
        (_KINDS + 'name.needs = "reviewer"\n', r"line 4: kinds\.name\.action: Field required"),
        (_HEAD + "bands = {clear=0.6, hold=0.5}\n[kinds]\n", r"line 3: bands: .*clear lies above hold"),
        (_HEAD + "bands = {clear=0.6, hold=1.5}\n[kinds]\n", r"line 3: bands\.hold: .*less than or"),
        (_HEAD + "languages = []\n[kinds]\n", r"line 3: languages: .*at least 1"),
        (_HEAD + 'languages = ["en", "en"]\n[kinds]\n', r"line 3: languages: .*twice"),
        (_HEAD + 'languages = ["fr"]\n[kinds]\n', r"line 3: languages\.0: .*'en', 'de' or 'nl'"),
        (_HEAD + "delay_s = -1\n[kinds]\n", r"line 3: delay_s: .*greater than or equal to 0"),
        (_HEAD + "[review]\nfour_eyes = false\n[kinds]\n", r"line 4: review\.four_eyes: Input should be"),
        (_HEAD + '[review]\nread = "none"\n[kinds]\n', r"line 4: review\.read: .*'flagged' or 'all'"),
        (_KINDS + '"E MAIL" = { action = "hold" }\n', r"ours\.toml: line 4: kinds\.E MAIL"),
    ],
)
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


BANDED = Policy(
    name="banded",
    version=1,
    bands=Bands(clear=0.3, hold=0.6),
    kinds={
        "unknown-name": KindRule(action=Action.HOLD),
        "name": KindRule(action=Action.HOLD, bands=Bands(clear=0, hold=0)),
        "place": KindRule(action=Action.HOLD, softer=Action.ALLOW),
        "email": KindRule(action=Action.REDACT),
        "phone": KindRule(action=Action.REFUSE),
        "claim": KindRule(action=Action.HOLD, needs=Role.PHYSICIAN),
    },
)


@pytest.mark.parametrize(
    ("kind", "score", "expected"),
    [
        ("unknown-name", 0.29, Disposition.CLEAR),
        ("unknown-name", 0.3, Disposition.REDACTED),
        ("unknown-name", 0.59, Disposition.REDACTED),
        ("unknown-name", 0.6, Disposition.HOLD),
        ("name", 0.0, Disposition.HOLD),
        ("place", 0.5, Disposition.CLEAR),
        ("place", 0.7, Disposition.HOLD),
        ("email", 0.1, Disposition.CLEAR),
        ("email", 0.4, Disposition.REDACTED),
        ("phone", 0.4, Disposition.HOLD),
        ("phone", 0.9, Disposition.REFUSE),
        ("claim", 0.1, Disposition.CLEAR),
        ("claim", 0.4, Disposition.HOLD),
        ("not-named-here", 0.9, Disposition.HOLD),
    ],
)
def test_bands_decide_by_the_score(kind: str, score: float, expected: Disposition) -> None:
    assert dispose([_finding(kind, score)], BANDED).disposition is expected


def test_the_surest_finding_of_a_kind_decides() -> None:
    findings = [_finding("unknown-name", 0.9), _finding("unknown-name", 0.1)]
    assert dispose(findings, BANDED) == (Disposition.HOLD, Role.REVIEWER, ("unknown-name",))
    assert dispose(findings[::-1], BANDED) == dispose(findings, BANDED)


def test_without_bands_every_finding_counts() -> None:
    assert dispose([_finding("name", 0.0)], load("strict")).disposition is Disposition.HOLD


def test_what_a_file_leaves_out_does_not_change_its_hash() -> None:
    policy = Policy(name="x", version=1, kinds={"email": KindRule(action=Action.REDACT)})
    assert policy.canonical == (
        b'{"kinds":{"email":{"action":"redact","needs":"reviewer"}},"lookback":5,"name":"x",'
        b'"otherwise":{"action":"hold","needs":"reviewer"},"title":"","version":1}'
    )


@pytest.mark.parametrize(
    "line",
    [
        "bands = {clear = 0.3, hold = 0.5}",
        'languages = ["en"]',
        "delay_s = 60",
        'review = {read = "all"}',
        "lookback = 6",
        'otherwise = {action = "refuse"}',
    ],
)
def test_any_change_of_a_policy_changes_its_hash(line: str) -> None:
    plain = 'name = "x"\nversion = 1\n{}\n[kinds]\n'
    assert parse(plain.format(line), "x.toml").sha256 != parse(plain.format(""), "x.toml").sha256


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_screens_three_languages_and_says_the_rule_of_four_eyes(name: str) -> None:
    policy = load(name)
    assert policy.languages == ("en", "de", "nl")
    assert policy.review is not None
    assert policy.review.four_eyes is True


@pytest.mark.parametrize("rule", ['revoked-tablet = {action="allow"}', 'revoked-tablet = {action="refuse"}', ""])
def test_no_policy_lets_anyone_but_the_director_decide_on_a_revoked_tablets_text(rule: str) -> None:
    policy = parse(
        f'name="lax"\nversion=1\notherwise={{action="allow"}}\n[kinds]\nname={{action="allow"}}\n{rule}\n', "lax.toml"
    )
    found = dispose([_finding("revoked-tablet"), _finding("name")], policy)
    expected = Disposition.REFUSE if "refuse" in rule else Disposition.HOLD
    assert found.disposition is expected
    assert found.needs is (None if "refuse" in rule else Role.DIRECTOR)
    assert found.reasons == ("revoked-tablet",)

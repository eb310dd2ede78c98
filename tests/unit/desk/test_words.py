"""Words of the desk: every kind and every sentence in three languages."""

import re
from pathlib import Path
from string import Formatter

import pytest

from producers.desk import phrases, words
from producers.desk.phrases import PHRASES, translate
from schemas.draft import Action
from schemas.envelope import Role
from streams.scrub.kinds import KINDS

DESK = Path(words.__file__).parent
ROOT = DESK.parents[1]
IN_TEMPLATES = re.compile(r'\bt\("([^"]+)"(?: if [^)]*? else (?:t\()?"([^"]+)")?')


def test_every_kind_that_screening_knows_has_words() -> None:
    assert set(KINDS) - set(words.KINDS) == set()


@pytest.mark.parametrize("lang", words.LANGS)
def test_nothing_is_left_without_words(lang: words.Lang) -> None:
    for kind in words.KINDS:
        assert words.why(kind, lang)
        assert words.what(kind, lang)
    for action in Action:
        assert words.action(action, lang)
    for role in Role:
        assert words.role(role, lang)
    for code in words.SAID:
        assert words.said(code, lang)


def test_a_relative_is_named_as_a_headline() -> None:
    assert [words.why("relative", lang) for lang in words.LANGS] == [
        "Names a relative",
        "Nennt Angehörige",
        "Noemt een familielid",
    ]


def test_a_kind_of_tomorrow_has_a_general_sentence_and_a_finer_kind_that_of_its_family() -> None:
    assert words.why("aura", "en") == "Needs a person"
    assert words.why("relative.step", "en") == "Names a relative"


def test_a_claim_is_returned_with_other_words_than_a_name() -> None:
    assert [code for code, _ in words.return_reasons(("claim",), "en")] == ["what-you-see", "family-first", "other"]
    assert words.return_reasons(("relative", "claim"), "nl")[0] == ("without-relative", "Zonder het familielid")


def test_a_code_from_outside_says_nothing() -> None:
    assert words.said("<script>", "en") is None
    assert words.outcome("platform-said-no", "en") == "platform-said-no"
    assert words.role("Noor", "de") == "Noor"


def used() -> set[str]:
    """Every sentence that templates and code ask for."""
    sources = [*DESK.glob("templates/*.html"), *DESK.glob("*.py")]
    found: set[str] = set()
    for path in sources:
        if path.name == "phrases.py":
            continue
        for one, other in IN_TEMPLATES.findall(path.read_text(encoding="utf-8")):
            found |= {one, other} - {""}
    return found


def test_every_sentence_on_a_page_has_its_translations() -> None:
    assert used() - set(PHRASES) == set()


def test_every_translation_is_used() -> None:
    text = "".join(
        p.read_text(encoding="utf-8")
        for p in [*DESK.glob("templates/*.html"), *DESK.glob("*.py")]
        if p.name != "phrases.py"
    )
    assert {english for english in PHRASES if f'"{english}"' not in text and f"'{english}'" not in text} == set()


@pytest.mark.parametrize("english", sorted(PHRASES))
def test_translations_have_the_blanks_of_the_original(english: str) -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert [blanks(text) for text in PHRASES[english]] == [blanks(english)] * 2


def test_a_sentence_without_translation_is_a_defect() -> None:
    with pytest.raises(KeyError):
        translate("Never written", "de")
    assert phrases.translate("Update {n}", "nl", n=41) == "Melding 41"


CODES = re.compile(r'(?:\bcode|\breason)="([a-z0-9-]+)"|Never\("([a-z-]+)"\)|Wait\([a-z_.]+, "([a-z-]+)"\)')
# Said in other ways than as an argument's literal.
TOLD = {
    "already-posted",
    "recomposed",
    "incomplete",
    "needs-person",
    "no-answer",
    "x-403",
    "bluesky-400",
    "mastodon-422",
}
WITHIN = {"platform-busy", "settling", "unknown"}  # waits of the machine's own, which leave it in no record


def test_every_reason_the_poster_can_write_is_told_in_words() -> None:
    sources = [*(ROOT / "consumers" / "poster").rglob("*.py"), ROOT / "streams" / "release.py"]
    codes = {c for p in sources for found in CODES.findall(p.read_text(encoding="utf-8")) for c in found} - {""}
    assert {"replies-forbidden", "binding-broken", "as-live"} <= codes
    for lang in words.LANGS:
        assert {code for code in (codes | TOLD) - WITHIN if words.outcome(code, lang) == code} == set()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "the platform refused it (403)"),
        ("de", "die Plattform lehnte es ab (403)"),
        ("nl", "het platform weigerde het (403)"),
    ],
)
def test_a_platforms_own_answer_is_told_with_its_number(lang: words.Lang, said: str) -> None:
    assert words.outcome("x-403", lang) == said

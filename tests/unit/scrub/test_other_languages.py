"""A text in a language that the policy does not screen waits for a person; ours, short or mixed, do not."""

import pytest

from schemas.draft import Action, Disposition
from schemas.envelope import Role
from schemas.policy import KindRule, Policy
from streams.scrub.other_languages import outside
from streams.scrub.policy import load
from streams.scrub.screen import screen
from streams.scrub.terms import NO_TERMS
from streams.scrub.view import View

ALL = ("en", "de", "nl")


def told(text: str, hint: str | None = None, languages: tuple[str, ...] = ALL) -> str | None:
    return outside(text, View(text, lang=hint, terms=NO_TERMS).low, hint, languages)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("La valve est dans le bon axe, nous sommes très contents", "fr"),
        ("Ya está todo listo, la válvula abre muy bien con el nuevo anillo", "es"),
        ("La valvola è della misura giusta, ora il tutto chiude", "it"),
        ("A válvula já está no lugar, agora não há mais fuga", "pt"),
        ("Zastawka jest już na miejscu, teraz się zamyka", "pl"),
        ("Kapak şimdi yerinde ve çok iyi, bir sorun yok", "tr"),
        ("Klappen er nu på plads og det går meget godt", "da"),
        ("Klaffen är nu på plats och det går mycket bra", "sv"),
        ("Клапан на месте, всё идёт по плану", "other-script"),
        ("الصمام في مكانه والفريق يعمل بهدوء", "other-script"),
        ("瓣膜已经就位，团队正在安静地缝合伤口。", "other-script"),
    ],
)
def test_another_language_is_named(text: str, lang: str) -> None:
    assert told(text) == lang
    assert told(text, "en") == lang


@pytest.mark.parametrize(
    "text",
    [
        "", "👍", "Incision.", "SpO2 98 %", "10:42 stent in", "Naht sitzt, alles ruhig", "De klep zit, we gaan sluiten",
        "La Bohème on the radio, the anaesthetist sings along", "Café au lait for the whole team",
        "C'est la vie says nobody",
        "Αγγείο", "R\u043es\u0430lba waves", "We zetten de plaat op en gaan sluiten", "Die Klappe ist drin",
        "Ave Maria con moto, pause", "er is en was de man", "El Niño on the playlist",
    ],
)  # fmt: skip
def test_our_own_languages_are_not(text: str) -> None:
    assert told(text) is None


def test_a_policy_for_one_language_holds_the_others_on_evidence_only() -> None:
    assert told("Die Klappe sitzt und wir schließen jetzt", languages=("en",)) == "de"
    assert told("Klappe sitzt", "de", languages=("en",)) == "de"
    assert told("Klappe sitzt", languages=("en",)) is None
    assert told("The valve sits and we are closing now", "de", languages=("en",)) is None


def test_screening_holds_it_under_its_own_reason() -> None:
    text = "La valve est dans le bon axe, nous sommes très contents"
    result = screen(text, lang="en", policy=load("strict"), terms=NO_TERMS)
    assert result.disposition is Disposition.HOLD
    assert "other-language" in result.reasons
    assert next((f.kind, f.rule, f.start, f.end) for f in result.findings) == ("other-language", "fr", 0, 0)
    assert result.needs is Role.REVIEWER


def test_a_policy_that_names_no_languages_screens_what_it_can() -> None:
    policy = Policy(name="x", version=1, kinds={"unknown-name": KindRule(action=Action.ALLOW)})
    result = screen("C'est fait, nous sommes très contents pour elle", lang="en", policy=policy, terms=NO_TERMS)
    assert result.reasons == ()

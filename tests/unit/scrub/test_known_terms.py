"""What an event protects is found however it is written; ordinary words that resemble it stay."""

import pytest

from schemas.draft import Disposition
from streams.scrub.policy import load
from streams.scrub.screen import screen
from streams.scrub.terms import compile_terms

STRICT = load("strict")
TERMS = compile_terms(
    allow=["Dr. Priska Sommerau", "Prof. J. Lindqvist", "#HipLive", "@HipClinic"],
    protect=[
        "Rosalba Quintero",
        "Jürgen Weißhaupt",
        "Willem van der Aalst",
        "1953-08-21",
        "00713462",
        "KX-55120987",
        "Bo Li",
    ],
    hashtag="#HipLive",
)

FOUND = [
    # as it is, in any case, with titles and possessives
    "Rosalba Quintero waves",
    "rosalba is asleep",
    "QUINTERO on the screen",
    "Mrs Quintero's knee",
    "Quinteros Tochter",
    # typos: swaps, gaps, doubles, neighbours on the keyboard
    "Rosabla slept",
    "Rosalb slept",
    "Qintero slept",
    "Quinntero slept",
    "Quintreo slept",
    "Quinteto slept",
    "rosalva slept",
    # umlauts and sharp s
    "Juergen lacht",
    "Jurgen lacht",
    "Weisshaupt lacht",
    "WEISSHAUPT lacht",
    "Weißhaupts Frau",
    "Weishaupt lacht",
    # pet names and diminutives
    "Wim zingt",
    "Willie zingt",
    "Rosie sleeps and Rosalba too",
    # particles
    "meneer van der Aalst lacht",
    "v.d. Aalst lacht",
    "vd Aalst lacht",
    "hup #WimVanDerAalst",
    # inside hashtags, handles and words
    "#RosalbaQuintero",
    "#prayforrosalba",
    "@rosalba_q53",
    "hi @quinterofamily",
    "RosalbaQuintero",
    "rosalbaquintero57",
    "#rosalvaquintero",
    # zero width, bidi, soft hyphen, combining marks
    "Ros\u200balba",
    "Quin\u00adtero",
    "\u202eRosalba\u202c",
    "R\u0332o\u0332s\u0332a\u0332l\u0332b\u0332a\u0332",
    "Ro\u2060sal\ufeffba",
    # look-alikes, styled letters, other scripts
    "Rоsаlbа",
    "Ԛuintero",
    "𝐑𝐨𝐬𝐚𝐥𝐛𝐚",
    "Ⓡⓞⓢⓐⓛⓑⓐ",
    "Ｒｏｓａｌｂａ",
    "🅁🄾🅂🄰🄻🄱🄰",
    "ʀᴏꜱᴀʟʙᴀ",
    "Росалба",
    "R0salba",
    "Ro5alba",
    "Qu1ntero",
    # spelled
    "R-O-S-A-L-B-A",
    "R o s a l b a",
    "R.O.S.A.L.B.A.",
    "Q*u*i*n*t*e*r*o",
    "romeo oscar sierra alpha lima bravo alpha",
    "R wie Richard, O wie Otto, S wie Samuel, A wie Anton, L wie Ludwig, B wie Berta, A wie Anton",
    # broken apart and initials
    "Ros alba",
    "Quin-tero",
    "R.Q. is doing fine",
    "patient RQ is fine",
    "Rosalba Q. waves",
    # numbers in any grouping
    "chart 00713462",
    "713462",
    "007 134 62",
    "00-71-34-62",
    "0 0 7 1 3 4 6 2",
    "００７１３４６２",
    "٠٠٧١٣٤٦٢",
    "00713462nd",
    "double oh seven one three four six two",
    "null null sieben eins drei vier sechs zwei",
    "nul nul zeven een drie vier zes twee",
    "KX55120987",
    "kx 5512 0987",
    "55120987",
    "it starts KX-5512…",
    "and ends 0987",
    # the known date
    "1953-08-21",
    "21.08.1953",
    "21.8.53",
    "08/21/1953",
    "8/21",
    "21 August",
    "August 21st",
    "the twenty-first of August",
    "21. Aug. 1953",
    "am einundzwanzigsten August",
    "21 augustus",
    "eenentwintig augustus",
    "21081953",
    "210853",
    "August 1953",
]


@pytest.mark.parametrize("text", FOUND)
def test_a_protected_term_never_gets_through(text: str) -> None:
    result = screen(text, lang="en", policy=STRICT, terms=TERMS)

    assert result.disposition is Disposition.HOLD
    assert any(f.kind.startswith("known-") for f in result.findings)
    assert "rosalba" not in result.text.lower()
    assert "713462" not in result.text


SPLIT = [
    ("hands up for Ros", "alba, well done"),
    ("hands up for Quin #HipLive", "tero!!"),
    ("van der Aa", "lst is awake"),
    ("number 0071", "3462 thanks"),
    ("it is KX-55", "120987"),
    ("R-O-S", "A-L-B-A"),
    ("Weiß 🎉", "haupt lacht"),
]


@pytest.mark.parametrize(("first", "second"), SPLIT)
def test_the_second_half_of_a_split_term_is_held(first: str, second: str) -> None:
    result = screen(second, lang="en", policy=STRICT, terms=TERMS, recent=[first])

    assert result.disposition is Disposition.HOLD
    assert any(f.kind.startswith("known-") for f in result.findings)


def test_a_half_is_found_behind_updates_of_other_reporters() -> None:
    recent = ["hands up for Quin", "12 laps counted", "music is on"]
    assert screen("tero!!", lang="en", policy=STRICT, terms=TERMS, recent=recent).disposition is Disposition.HOLD


def test_a_name_in_three_updates_is_found_in_the_third() -> None:
    assert (
        screen("tero", lang="en", policy=STRICT, terms=TERMS, recent=["hello Qu", "in"]).disposition is Disposition.HOLD
    )


HARMLESS = [
    "Dr. Sommerau and Prof. Lindqvist begin. Dr Priska Sommerau waves. #HipLive",
    "Roses are red, the quintet plays on",
    "BP 131/82, HR 71, SpO2 96%",
    "part 3 of 5, 2-0 Vicryl, size 53, since 2008",
    "Follow @HipClinic for part 2",
    "Bo is no word here but bo staffs are: li, lo, la",
]


@pytest.mark.parametrize("text", HARMLESS[:5])
def test_what_only_resembles_a_protected_term_stays(text: str) -> None:
    assert screen(text, lang="en", policy=STRICT, terms=TERMS).disposition is Disposition.CLEAR


def test_protection_wins_over_the_allow_list() -> None:
    terms = compile_terms(allow=["Dr. Rosalba Meier"], protect=["Rosalba Quintero"])
    assert screen("Dr. Rosalba Meier begins", lang="en", policy=STRICT, terms=terms).disposition is Disposition.HOLD


def test_an_allowed_name_is_allowed_in_each_of_its_forms() -> None:
    terms = compile_terms(allow=["Dr. A. Tevenaar"], protect=[])
    for text in ("Dr. A. Tevenaar begins", "Tevenaar begins", "Dr Tevenaar begins", "thanks to Tevenaar for this"):
        assert screen(text, lang="en", policy=STRICT, terms=terms).disposition is Disposition.CLEAR, text


def test_a_given_name_that_staff_share_does_not_excuse_a_relative() -> None:
    terms = compile_terms(allow=["Dr. Duncan Tevenaar"], protect=[])
    result = screen("Her husband Duncan is watching", lang="en", policy=STRICT, terms=terms)
    assert [f.kind for f in result.findings] == ["relative"]


def test_an_ordinary_word_that_is_protected_counts_as_a_name_with_its_capital() -> None:
    terms = compile_terms(allow=[], protect=["Hope Winter"])
    assert screen("we hope that winter ends", lang="en", policy=STRICT, terms=terms).disposition is Disposition.CLEAR
    assert screen("then Hope asked for music", lang="en", policy=STRICT, terms=terms).disposition is Disposition.HOLD
    assert screen("hope winter asked for music", lang="en", policy=STRICT, terms=terms).disposition is Disposition.HOLD
    assert screen("patient hope asked for music", lang="en", policy=STRICT, terms=terms).disposition is Disposition.HOLD


def test_a_protected_phrase_counts_as_a_whole() -> None:
    terms = compile_terms(allow=[], protect=["retired bridge painter"])
    assert (
        screen("the bridge is up, she retired", lang="en", policy=STRICT, terms=terms).disposition is Disposition.CLEAR
    )
    assert screen("a Retired bridge painter", lang="en", policy=STRICT, terms=terms).disposition is Disposition.HOLD


def test_words_of_the_prepared_texts_are_known_but_for_names_and_protected_words() -> None:
    prepared = ["Dr. Quirrenbach places the Zentrilok cup", "Frieda and the Quintero family wave", "Bo, a Zentrilok"]
    terms = compile_terms(["Dr. Quirrenbach"], ["Rosalba Quintero"], "#HipLive", prepared)
    assert {"zentrilok", "cup", "family"} <= terms.vocabulary
    assert not {"quintero", "frieda", "bo"} & terms.vocabulary

    text = "Now the Zentrilok is in"
    assert screen(text, lang="en", policy=STRICT, terms=TERMS).disposition is Disposition.HOLD
    assert screen(text, lang="en", policy=STRICT, terms=terms).disposition is Disposition.CLEAR


@pytest.mark.parametrize("text", ["the chart says Quint", "her name is Rosal #HipLive", "Weiß-"])
def test_the_first_half_of_a_name_at_the_end_of_an_update_waits_too(text: str) -> None:
    assert "known-half" in {f.rule for f in screen(text, lang="en", policy=STRICT, terms=TERMS).findings}


@pytest.mark.parametrize("text", ["Quint on the left, we go on", "we need a rosal", "scrubbed and ready, will do"])
def test_the_beginning_of_a_name_anywhere_else_is_a_word(text: str) -> None:
    assert "known-half" not in {f.rule for f in screen(text, lang="en", policy=STRICT, terms=TERMS).findings}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Rosalba Quintero waves", "known-exact"),
        ("rosalba-quintero waves", "known-exact"),
        ("Bo Li waves", "known-exact"),
        ("Quin tero waves", "known-broken"),
        ("Rosalba Quin-tero waves", "known-broken"),
        ("Ros alba Quintero waves", "known-broken"),
    ],
)
def test_a_name_in_plain_words_is_not_said_to_be_broken_apart(text: str, rule: str) -> None:
    rules = {f.rule for f in screen(text, lang="en", policy=STRICT, terms=TERMS).findings if f.kind == "known-term"}
    assert rule in rules
    assert rule == "known-broken" or "known-broken" not in rules

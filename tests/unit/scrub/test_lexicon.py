"""What is known of words: classes in each language, who comes first, compounds and endings, and the files behind it."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.scrub import lexicon_words, packaged
from streams.scrub.compounds import LINKS, PARTS_MAX
from streams.scrub.lexicon_words import Called, Rarity, lexicon
from streams.scrub.listing import listed
from streams.scrub.normalise import fold
from streams.scrub.word_classes import WordClasses, packed, word_classes

KNOWN = lexicon()


@pytest.mark.parametrize(
    ("word", "lang"),
    [
        ("whisper", "en"), ("colour", "en"), ("theatre", "en"), ("anaesthetised", "en"), ("sutured", "en"),
        ("flüstert", "de"), ("Brötchen", "de"), ("zugenäht", "de"), ("Straßenbahn", "de"), ("Montag", "de"),
        ("fluistert", "nl"), ("boterham", "nl"), ("gehecht", "nl"), ("ijsje", "nl"), ("foto's", "nl"),
    ],
)  # fmt: skip
def test_a_word_of_the_language_is_plain(word: str, lang: str) -> None:
    assert KNOWN.plain(fold(word), lang)


@pytest.mark.parametrize("word", ["the", "with", "team", "today"])
def test_everyday_english_is_frequent(word: str) -> None:
    assert KNOWN.frequent(fold(word), "en")


def test_british_spelling_is_as_frequent_as_american() -> None:
    assert KNOWN.frequent("centre", "en")
    assert KNOWN.frequent("center", "en")


@pytest.mark.parametrize("lang", ["en", "de", "nl"])
@pytest.mark.parametrize("word", ["Sabine", "Saskia", "Merle", "Willemijn", "Hamza", "Brigid", "Ayşe", "Grzegorz"])
def test_a_given_name_is_no_word_of_any_language(word: str, lang: str) -> None:
    assert fold(word) in KNOWN.given
    assert not KNOWN.plain(fold(word), lang)


@pytest.mark.parametrize("word", ["Sonnleitner", "Ferreira", "Veenstra", "Gallagher", "Verstraete"])
def test_a_common_surname_that_means_nothing_else_is_one(word: str) -> None:
    assert fold(word) in KNOWN.surnames
    assert KNOWN.called(fold(word)) is Called.COMMON_SURNAME


@pytest.mark.parametrize(
    ("word", "lang"), [("Visser", "nl"), ("Kuiper", "nl"), ("Baker", "en"), ("Roos", "nl"), ("Grace", "en")]
)
def test_a_name_that_is_a_word_as_well_is_double_and_never_a_name_by_itself(word: str, lang: str) -> None:
    assert fold(word) in KNOWN.double
    assert fold(word) not in KNOWN.surnames
    assert KNOWN.in_dictionary(fold(word), lang)


def test_no_packaged_surname_is_a_word_of_a_dictionary() -> None:
    """Of the surnames of a census thousands are ordinary words: field, stone, young."""
    for word in ("field", "stone", "young", "haken", "zange", "tafel", "naald", "femur", "suture"):
        assert word not in KNOWN.surnames
        assert word not in KNOWN.given


@pytest.mark.parametrize("word", ["cholecystectomy", "sternotomy", "trochanter", "bupivacaine", "sevoflurane"])
def test_clinical_words_are_plain_in_every_language(word: str) -> None:
    assert fold(word) in KNOWN.clinical
    assert all(KNOWN.plain(fold(word), lang) for lang in ("en", "de", "nl"))


def test_drugs_are_products_and_diseases_named_after_somebody_are_eponyms() -> None:
    assert KNOWN.product("rituximab")
    assert KNOWN.eponym("hodgkin")
    assert KNOWN.eponym("ehlers")
    assert not KNOWN.clinical.packaged("ehlers")  # too many people are called so; a list by hand may say otherwise


def test_abbreviations_say_nothing_of_words_that_are_not_in_capitals() -> None:
    assert KNOWN.abbreviation("copd")
    assert "copd" not in KNOWN.clinical or "copd" in KNOWN.clinical.written
    assert not KNOWN.abbreviation("suture")


def test_weekdays_and_months_are_ordinary_in_their_language() -> None:
    for lang, words in {"en": "Monday April", "de": "Dienstag Mai", "nl": "woensdag maart"}.items():
        assert all(KNOWN.plain(fold(word), lang) for word in words.split())


def test_towns_are_known_and_only_large_ones_may_stand_as_places() -> None:
    assert KNOWN.town("groningen")
    assert "groningen" in KNOWN.places
    assert KNOWN.town("oldenzaal")
    assert "oldenzaal" not in KNOWN.places


@pytest.mark.parametrize(
    ("word", "lang", "rarity"),
    [
        ("always", "en", Rarity.FREQUENT),
        ("retractor", "en", Rarity.KNOWN),
        ("laparoscopes", "en", Rarity.KNOWN),
        ("heute", "de", Rarity.FREQUENT),
        ("Hüftgelenkspfanne", "de", Rarity.DERIVED),
        ("hartklepvervanging", "nl", Rarity.DERIVED),
        ("Zorbinski", "de", Rarity.UNKNOWN),
        ("Dunmorrow", "en", Rarity.UNKNOWN),
    ],
)
def test_rarity_goes_from_everyday_to_unknown(word: str, lang: str, rarity: Rarity) -> None:
    assert KNOWN.rarity(fold(word), lang) is rarity


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Nahtmaterialausgabe", "nahtmaterial ausgabe"),
        ("Herzklappenersatz", "herzklappen ersatz"),
        ("Neueingriff", "neu eingriff"),
        ("Bluttransfusionsgerät", "bluttransfusion gerat"),
        ("Oberschenkelkopfprothese", "oberschenkelkopf prothese"),
        ("Verbandsset", "verbands set"),
        ("Sternumsäge", "sternum sage"),
    ],
)
def test_german_compounds_come_apart(word: str, parts: str) -> None:
    assert KNOWN.compound(fold(word), "de") == tuple(parts.split())


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("wondverzorgingsset", "wondverzorging set"),
        ("botcementpistool", "botcement pistool"),
        ("kniegewrichtsspiegeling", "kniegewricht spiegeling"),
        ("narcoseapparaat", "narcose apparaat"),
    ],
)
def test_dutch_compounds_come_apart(word: str, parts: str) -> None:
    assert KNOWN.compound(fold(word), "nl") == tuple(parts.split())


@pytest.mark.parametrize(
    ("word", "lang"),
    [
        ("Birkenfeld", "de"), ("Mühlenkamp", "de"), ("Silbermann", "de"), ("Kaltenbrunner", "de"), ("Holzapfel", "de"),
        ("Nieuwenhuis", "nl"), ("Rietveld", "nl"), ("Roodenburg", "nl"), ("Oosterhuis", "nl"), ("Groenewoud", "nl"),
        ("Bellweather", "en"), ("haken", "de"), ("x", "de"), ("", "nl"),
    ],
)  # fmt: skip
def test_surnames_made_of_words_and_single_words_are_no_compounds(word: str, lang: str) -> None:
    assert KNOWN.compound(fold(word), lang) == ()


PIECES = st.sampled_from(listed("naht material herz klappe operation mikroskop blut gerat schraube neu eingriff"))


@given(st.lists(PIECES, min_size=1, max_size=5), st.sampled_from(["", "s", "n", "en", "x"]))
def test_the_parts_of_a_compound_make_the_word_again(pieces: list[str], link: str) -> None:
    word = fold(link.join(pieces))
    parts = KNOWN.compound(word, "de")
    assert len(parts) <= PARTS_MAX
    if parts:
        assert word in {fold(whole) for whole in _joined(parts)}


def _joined(parts: tuple[str, ...]) -> list[str]:
    made = [parts[0]]
    for part in parts[1:]:
        made = [whole + link + part for whole in made for link in LINKS["de"]]
    return made


@given(st.text(alphabet="aenrstio", max_size=60), st.sampled_from(["en", "de", "nl"]))
@settings(max_examples=200)
def test_any_word_has_a_rarity_and_the_same_one_twice(word: str, lang: str) -> None:
    first = KNOWN.rarity(word, lang)
    lexicon_words.forget()
    assert KNOWN.rarity(word, lang) is first


def test_forgetting_drops_what_was_looked_up() -> None:
    KNOWN.compound("herzklappenersatz", "de")
    lexicon_words.forget()
    assert word_classes().of.cache_info().currsize == 0
    assert lexicon_words._compound.cache_info().currsize == 0


def test_inflected_words_name_the_word_they_are_a_form_of() -> None:
    assert KNOWN.inflected("vicryls", "en") == "vicryl"
    assert KNOWN.inflected("rituximabs", "de") == "rituximab"
    assert KNOWN.inflected("zorbinskis", "en") == ""


def test_lists_written_by_hand_come_before_the_data() -> None:
    """A word of the data that somebody wrote down as a name is a name, and one written down as a word is a word."""
    for name in packaged.words("lexicon/names.given.txt"):
        if fold(name) not in KNOWN.double:
            assert fold(name) in KNOWN.given
    for lang in ("en", "de", "nl"):
        for word in packaged.words(f"lexicon/ordinary.{lang}.txt"):
            assert fold(word) in KNOWN.ordinary[lang]


def test_the_data_are_those_that_the_record_of_their_sources_names() -> None:
    for name, sha256 in packaged.table("lexicon/data/SOURCES.toml")["sha256"].items():
        content = packaged.path(f"lexicon/data/{name}").read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256


def test_the_data_stay_small() -> None:
    sizes = [file.stat().st_size for file in packaged.path("lexicon/data").iterdir()]
    assert sum(sizes) < 6_000_000


@given(st.dictionaries(st.text(alphabet="abcxyz", min_size=1, max_size=8), st.integers(0, 2**17 - 1), max_size=600))
def test_packed_words_give_their_bits_back_and_others_none(masks: dict[str, int]) -> None:
    trie, classes = packed(masks)
    assert packed(dict(reversed(masks.items()))) == (trie, classes)
    read = WordClasses.read(trie, classes)
    assert {word: read.of(word) for word in masks} == masks
    assert read.of("nobody") == 0


def test_more_masks_than_a_byte_can_number_are_kept_apart() -> None:
    masks = {f"word{i}": i for i in range(1000)}
    read = WordClasses.read(*packed(masks))
    assert all(read.of(word) == mask for word, mask in masks.items())


def test_files_of_two_builds_are_refused() -> None:
    trie, _ = packed({"one": 1})
    _, classes = packed({"one": 1, "two": 2})
    with pytest.raises(ValueError, match="not of one build"):
        WordClasses.read(trie, classes)


@pytest.mark.parametrize("name", ["koen", "joelle", "loes", "zoe", "roel", "sue", "thijs"])
def test_a_name_that_only_folds_to_a_word_is_not_that_word(name: str) -> None:
    assert lexicon().misread(name)


@pytest.mark.parametrize("word", ["goed", "boek", "prijs", "gruen", "groesse", "does", "value", "tijd", "kon", "knie"])
def test_a_word_is_itself_however_it_is_typed(word: str) -> None:
    assert not lexicon().misread(word)

"""The readers of the lexicon's sources on tiny made-up inputs, the rules for classes, and what the locks hold."""

import json
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from deploy.lexicon import readers
from deploy.lexicon.classes import american, classify, frequent_english, german_words
from deploy.lexicon.fetch import HERE
from deploy.lexicon.hunspell import expand, read_affixes
from deploy.lexicon.material import Material, Names, Words, folded
from deploy.lexicon.record import record
from streams.scrub.word_classes import (
    ABBREVIATION,
    CITY,
    CLINICAL,
    COMMON_GIVEN,
    EPONYM,
    FREQUENT,
    GIVEN,
    NOUN_DE,
    ORDINARY,
    PRODUCT,
    SURNAME,
    TOWN,
)

ROOT = Path(__file__).parents[3]

ENGLISH_AFFIXES = """\
SET UTF-8
ONLYINCOMPOUND c
PFX U Y 1
PFX U 0 un .
SFX D Y 3
SFX D 0 d e
SFX D y ied [^aeiou]y
SFX D 0 ed [^ey]
SFX G N 1
SFX G e ing e
"""


def test_each_root_is_written_with_its_affixes_and_prefixes_cross_with_suffixes_that_allow_it() -> None:
    lines = ["3", "tie/UDG", "carry/D", "1th/c"]
    assert sorted(expand(read_affixes(ENGLISH_AFFIXES.splitlines()), lines)) == [
        "carried", "carry", "tie", "tied", "tiing", "untie", "untied",
    ]  # fmt: skip


DUTCH_AFFIXES = """\
FLAG long
FORBIDDENWORD Fw
SFX Ca Y 1
SFX Ca 0 s/Cb .
SFX Aa Y 2
SFX Aa 0 e/Ab [^e]	ts:AJe
SFX Aa 0 ë e
SFX Ab Y 1
SFX Ab 0 n .
"""


def test_flags_of_two_letters_are_read_and_a_suffix_may_bring_another_and_forbidden_words_stay_away() -> None:
    lines = ["2", "doof/Aa", "moe/Aa", "fout/FwAa"]
    assert list(expand(read_affixes(DUTCH_AFFIXES.splitlines()), lines)) == ["doof", "doofe", "doofen", "moe", "moeë"]


def test_a_table_of_words_and_numbers_is_read() -> None:
    assert readers.graded(["hip\t120", "", "knee\t7"]) == {"hip": 120, "knee": 7}


def test_a_census_gives_names_in_order() -> None:
    assert readers.census(["TESTERLY       1.006  1.006      1", "SAMPLE  0.8 1.8 2", ""]) == ["Testerly", "Sample"]


def test_only_brands_and_official_names_of_one_word_are_taken() -> None:
    lines = ["Name\tTYPE\tUNII\tDisplay Name", "ZORBAMAB\tof\tX\tZ", "MADEUPOL\tbn\tX\tZ", "TWO WORDS\tbn\tX\tZ"]
    assert list(readers.unii([*lines, "ACID-9\tbn\tX\tZ", "BENZENE\tcn\tX\tZ"])) == ["zorbamab", "madeupol"]


def test_abbreviations_have_two_capitals_and_letters_only() -> None:
    text = json.dumps({"TKR": ["total knee replacement"], "SpO": ["oxygen"], "Abc": ["no"], "H2O": ["water"]})
    assert readers.abbreviations(text) == (["TKR", "SpO"], ["total knee replacement", "oxygen", "no", "water"])


def test_titles_and_notes_of_diseases_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.xml"
    path.write_text("<r><desc>Testerly disease</desc><name>A1</name><x><note>of the hip</note></x></r>")
    assert list(readers.icd_cm(path)) == ["Testerly disease", "of the hip"]


def test_index_terms_that_point_elsewhere_are_devices(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE pcs_codes (long_name)")
        database.execute("CREATE TABLE pcs_body_part (def_bp)")
        database.execute("CREATE TABLE pcs_index (term, content)")
        database.execute("INSERT INTO pcs_codes VALUES ('Repair Knee')")
        database.execute("INSERT INTO pcs_body_part VALUES ('Patella')")
        database.executemany("INSERT INTO pcs_index VALUES (?, ?)", [("Gizmo (R)", "use Stent"), ("Fusion", "see X")])
        database.commit()
    assert readers.icd_pcs(path) == (["Repair Knee", "Patella", "Fusion"], ["Gizmo (R)"])


def test_names_are_read_from_source_code_that_is_never_run() -> None:
    source = """
class Provider:
    formats = ("{{last_name}}",)
    first_names_female = OrderedDict((("Zora", 0.1), ("Mirka", 0.2)))
    first_names = first_names_female
    last_names: tuple = ("van Testeren", "Sample")
    prefixes = ("Dr.",)
raise SystemExit
"""
    assert readers.person_names(source) == ({"Zora", "Mirka"}, {"van Testeren", "Sample"})


def test_words_are_folded_as_the_stage_folds_what_it_reads() -> None:
    assert folded("prĳs") == "prys"
    assert folded("Straße") == "strasse"


def test_british_words_are_found_by_their_american_twins() -> None:
    assert "color" in american("colour")
    assert "theater" in american("theatre")
    words = Words(frozenset({"colour", "color", "dolour"}), {"color": 900}, {})
    assert frequent_english(words) == {"color", "colour"}


NAMES = Names(
    given=frozenset({"merle", "iris", "ernst", "zora"}),
    common_given=frozenset({"merle", "iris", "zora"}),
    surnames=frozenset({"koch", "testerly", "young"}),
    common_surnames=frozenset({"koch", "young", "sonnleitner"}),
)
GERMAN = Words(
    words=frozenset({"merle", "iris", "ernst", "zora", "koch", "sonnleitner", "haken"}),
    counts={},
    ranks={"haken": 10, "koch": 10, "merle": 20, "ernst": 10, "iris": 40},
    nouns=frozenset({"merle", "iris", "koch", "haken"}),
)


def test_names_that_lost_their_capital_are_no_german_words_unless_they_are_kept_as_nouns_or_frequent() -> None:
    assert german_words(GERMAN, NAMES, frozenset({"iris"})) == {"iris", "ernst", "koch", "haken"}


def test_each_word_gets_the_bits_of_all_its_classes() -> None:
    material = Material(
        en=Words(frozenset({"young", "hip", "of"}), {"young": 900, "of": 9000}, {}),
        de=GERMAN,
        nl=Words(frozenset({"heup", "koch"}), {}, {"heup": 12, "koch": 9000}),
        names=NAMES,
        diseases=("Young syndrome of the ilium", "Disease of Testerly and Zora, of young"),
        procedures=("Repair Patella",),
        devices=("Gizmo Hip Stent",),
        drugs=("zorbamab", "zora"),
        abbreviations=("TKR",),
        expansions=("total knee replacement",),
        towns=(
            ("Testerham", 200_000, True),
            ("Farville", 200_000, False),
            ("Smallham", 16_000, True),
            ("A B", 9, True),
        ),
    )
    masks = classify(material, frozenset({"iris"}))
    assert masks["young"] == ORDINARY["en"] | FREQUENT["en"] | SURNAME | 1 << 14
    assert masks["of"] == FREQUENT["en"]  # of two letters only what everybody says counts
    assert masks["haken"] == ORDINARY["de"] | FREQUENT["de"] | NOUN_DE
    assert masks["heup"] == ORDINARY["nl"] | FREQUENT["nl"]
    assert masks["ilium"] == masks["patella"] == masks["knee"] == CLINICAL
    assert masks["testerly"] == EPONYM | CLINICAL | SURNAME
    assert masks["zora"] == EPONYM | GIVEN | COMMON_GIVEN
    assert masks["zorbamab"] == masks["gizmo"] == PRODUCT
    assert masks["tkr"] == ABBREVIATION
    assert masks["testerham"] == CITY | TOWN
    assert (masks["farville"], masks["smallham"]) == (TOWN, TOWN)


def test_the_record_is_toml_with_hashes_counts_and_sources() -> None:
    source = {"package": "p", "version": "1", "licence": "MIT", "by": "Ada", "taken": "words"}
    made = tomllib.loads(record([source], {"hip": ORDINARY["en"], "tkr": ABBREVIATION}, {"words.marisa": b""}))
    assert made["sha256"]["words.marisa"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert made["words"]["all"] == 2
    assert (made["words"]["ordinary_en"], made["words"]["abbreviation"], made["words"]["town"]) == (1, 1, 0)
    assert made["source"] == [source]


SOURCES = tomllib.loads((HERE / "sources.toml").read_text(encoding="utf-8"))["source"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source["package"]))
def test_each_source_has_the_version_that_is_locked(source: dict[str, str]) -> None:
    locked = {
        line.split("==")[0]: line.split("==")[1].removesuffix(" \\")
        for line in (HERE / "sources.lock").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked |= {name.removeprefix("node_modules/"): package.get("version", "") for name, package in packages.items()}
    assert locked[source["package"]] == source["version"]


def test_every_locked_package_is_named_as_a_source() -> None:
    named = {source["package"] for source in SOURCES}
    lines = (HERE / "sources.lock").read_text(encoding="utf-8").splitlines()
    assert {line.split("==")[0] for line in lines if "==" in line} <= named


def test_the_locks_name_no_host_and_give_a_hash_for_each_package() -> None:
    text = (HERE / "sources.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert text.count("--hash=sha256:") >= text.count("==")
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


@pytest.mark.parametrize("owed", ["Kevin Atkinson", "OpenTaal", "Leipzig Corpora", "GeoNames", "Aberystwyth"])
def test_the_notice_names_those_to_whom_one_is_owed(owed: str) -> None:
    assert owed in (ROOT / "NOTICE").read_text(encoding="utf-8")

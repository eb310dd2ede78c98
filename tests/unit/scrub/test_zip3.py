"""The dated lists of ZIP codes of which not even three figures may stand: 45 CFR 164.514(b)(2)(i)(B)."""

from datetime import date

from streams.scrub import packaged

TABLE = packaged.table("lexicon/zip3.toml")


def test_the_guidance_of_2012_lists_seventeen() -> None:
    assert len(set(TABLE["census-2000"]["restricted"])) == 17


def test_every_census_has_a_date_a_source_and_three_figures_each() -> None:
    for census in TABLE.values():
        assert isinstance(census["published"], date)
        assert len(census["source"]) > 20
        assert all(len(code) == 3 and code.isdigit() for code in census["restricted"])
        assert census["restricted"] == sorted(set(census["restricted"]))

"""A link is found with and without its scheme, and without the punctuation behind it."""

import pytest

from streams.links import has_url, urls


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://hospital.example/knee.", ["https://hospital.example/knee"]),
        ("See (hospital.org/a_(b)) now", ["hospital.org/a_(b)"]),
        ("hospital.org, clinic.de!", ["hospital.org", "clinic.de"]),
        ("Mail to desk@hospital.org", []),
        ("The cut is 12.5 cm, z.B. here. All is well.", []),
        ("#OurKneeLive @OurHospital", []),
    ],
)
def test_links_are_found(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in urls(text)] == found
    assert has_url(text) is bool(found)

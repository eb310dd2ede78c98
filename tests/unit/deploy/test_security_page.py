"""Each line of docs/security.md says what shows it, names tests that exist, and each requirement stands there once."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
FILES: dict[str, str] = {}
for path in (ROOT / "tests").rglob("*.py"):  # some names stand in several folders
    FILES[path.name] = FILES.get(path.name, "") + path.read_text(encoding="utf-8")
ROWS = [row for row in PAGE.splitlines() if re.match(r"\| \d", row)]
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, by their highest number.
SECTIONS = """
1.1.2 1.2.9 1.3.11 1.4.3 1.5.2 2.1.3 2.2.3 2.3.4 2.4.1 3.2.2 3.3.4 3.4.6 3.5.5 3.7.2 4.1.3 4.2.1 4.3.2 4.4.4
5.1.1 5.2.3 5.3.2 5.4.3 6.1.3 6.2.12 6.3.4 6.4.4 6.5.5 6.6.3 6.8.4 7.1.3 7.2.4 7.3.2 7.4.5 7.5.2 7.6.2 8.1.2
8.2.3 8.3.1 8.4.1 9.1.3 9.2.4 10.1.2 10.2.2 10.3.4 10.4.11 10.5.5 10.6.2 10.7.3 11.1.2 11.2.3 11.3.3 11.4.4
11.5.1 11.6.1 12.1.3 12.2.2 12.3.4 13.1.1 13.2.5 13.3.2 13.4.5 14.1.2 14.2.4 14.3.3 15.1.3 15.2.3 15.3.7 16.1.1
16.2.5 16.3.4 16.4.3 16.5.3 17.1.1 17.2.4 17.3.2
"""


def ids(text: str) -> list[str]:
    """Numbers of requirements, those between two joined by "to" among them."""
    found = []
    for first, last in re.findall(r"\b(\d+\.\d+\.\d+)(?: to (\d+\.\d+\.\d+))?", text):
        section, _, low = first.rpartition(".")
        high = (last or first).rpartition(".")[2]
        found += [f"{section}.{n}" for n in range(int(low), int(high) + 1)]
    return found


def test_every_test_that_the_page_of_security_names_exists() -> None:
    named = re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", PAGE)
    assert len(named) > 80
    assert [f"{file}::{test}" for file, test in named if f"def {test}" not in FILES.get(file, "")] == []


def test_every_line_says_what_shows_it_or_why_not() -> None:
    assert len(ROWS) > 80
    shown = re.compile(r"test_\w+\.py|does not apply|\]\(|\*\*Not met\*\*|these pages|its own tests")
    assert [row for row in ROWS if not shown.search(row)] == []


def test_every_requirement_of_levels_one_and_two_stands_there_once() -> None:
    said = [one for row in ROWS for one in ids(row.split("|")[1])]
    said += [one for line in PAGE.splitlines() if not line.startswith("|") for one in ids(line.replace("5.0.0", ""))]
    wanted = [f"{s.rpartition('.')[0]}.{n}" for s in SECTIONS.split() for n in range(1, int(s.rpartition(".")[2]) + 1)]
    assert sorted(one for one in said if said.count(one) > 1) == []
    assert sorted(set(wanted) - set(said)) == []
    assert sorted(set(said) - set(wanted)) == []

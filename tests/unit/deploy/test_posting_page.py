"""Each line of docs/posting.md names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "posting.md").read_text(encoding="utf-8")
FILES: dict[str, str] = {}
for path in (ROOT / "tests").rglob("*.py"):  # some names stand in several folders
    FILES[path.name] = FILES.get(path.name, "") + path.read_text(encoding="utf-8")


def named() -> list[tuple[str, str]]:
    """File and test of each reference; `::test_…` alone is of the file named before it."""
    found, file = [], ""
    for match in re.finditer(r"`(\w+\.py)?(?:::(test_\w+))?`", PAGE):
        file = match[1] or file
        if match[1] or match[2]:
            found.append((file, match[2] or ""))
    return found


def test_every_test_that_the_page_of_posting_names_exists() -> None:
    assert len(named()) > 50
    missing = [f"{file}::{test}" for file, test in named() if f"def {test}" not in FILES.get(file, "")]
    assert missing == []


def test_every_line_of_its_tables_names_one() -> None:
    rows = [row for row in PAGE.splitlines() if row.startswith("| ") and not row.startswith("| what")]
    assert len(rows) > 40
    assert [row for row in rows if ".py" not in row.rsplit("|", 2)[1]] == []

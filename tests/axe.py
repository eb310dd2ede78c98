"""axe-core on an open page: WCAG 2.2 AA, targets' sizes, and of AAA the contrast."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.optional import missing

AXE = Path(__file__).resolve().parents[1] / "node_modules/axe-core/axe.min.js"
_LOOK = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "target-size": { enabled: true }, "color-contrast-enhanced": { enabled: true } },
  });
  return found.violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 4).map((n) => n.html.slice(0, 160))]);
}"""


async def violations(page: Page) -> list[Any]:
    """What axe finds, each with its first four places; the test is skipped by name where axe is not installed."""
    if not AXE.is_file():
        missing("axe-core is not installed (make setup)")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = await page.evaluate(_LOOK)
    return found

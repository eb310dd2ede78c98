"""What every page for gloves has to keep: sizes and gaps of targets, nothing sideways, and what axe-core finds."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.optional import IN_CI

AXE = Path(__file__).resolve().parents[1] / "node_modules/axe-core/axe.min.js"

# WCAG 2.2 AA, and of AAA the contrast; `target-size` is off unless asked for.
LOOK = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "target-size": { enabled: true }, "color-contrast-enhanced": { enabled: true } },
  });
  return found.violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + " " + node.failureSummary.slice(0, 240))]);
}"""  # noqa: E501  JavaScript

# Our own sizes: all targets 48 px, the likely ones 72, and 12 px between any two.
SIZED = """() => {
  const open = [...document.querySelectorAll("dialog[open]")].at(-1);
  const targets = "button, a.btn, textarea, input:not([type=radio]), label.btn, summary, nav a, a.link, a.brand";
  const shown = [...(open ?? document).querySelectorAll(targets)]
    .filter((e) => e.checkVisibility())
    .map((e) => ({ e, r: e.getBoundingClientRect() })).filter(({ r }) => r.width > 0 && r.height > 0);
  const name = (e) => (e.textContent.trim() || e.id).slice(0, 30);
  const small = shown.filter(({ e, r }) => {
    const least = e.matches(".phrase, .btn-big, .btn-primary") ? 72 : 48;
    return r.height < least || r.width < 48;
  }).map(({ e, r }) => `${name(e)} ${r.width}x${r.height}`);
  const close = [];
  for (const [i, a] of shown.entries()) for (const b of shown.slice(i + 1)) {
    // What is held at the foot of a small screen passes over what scrolls under it.
    const box = document.querySelector(".sendbox");
    if (box && getComputedStyle(box).position === "sticky" && box.contains(a.e) !== box.contains(b.e)) continue;
    const x = Math.max(a.r.left - b.r.right, b.r.left - a.r.right);
    const y = Math.max(a.r.top - b.r.bottom, b.r.top - a.r.bottom);
    if (Math.max(x, y) < 11.9) close.push(`${name(a.e)} | ${name(b.e)} ${Math.max(x, y)}`);
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return { small, close, wide };
}"""


async def look_at(page: Page) -> None:
    """No violation of axe's rules, no target too small or too close, nothing that scrolls sideways."""
    await page.wait_for_load_state("load")  # the style sheet is there
    sized = await page.evaluate(SIZED)
    assert sized == {"small": [], "close": [], "wide": 0}, sized
    if not AXE.is_file():
        if IN_CI:
            pytest.fail("CI has to have axe-core, which `make setup` brings")
        return
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    assert await page.evaluate(LOOK) == []

"""What a live event's posts will cost, said before it opens: the platforms' prices, times the posts that are expected.

Prices of X: "Pricing" of its developer documentation (docs.x.com), pay per use, as read on 2026-08-22. A post $0.015, a
post with a link in it $0.20, a deletion $0.010, a post of one's own timeline that is read $0.001. Bluesky and Mastodon
charge nothing. Prices change: what X's console says holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.live_event import LiveEventFile, Plan, Platform
from streams.links import has_url

PRICED_ON = "2026-08-22"
POSTS = 50  # an operation of two hours with an update every two or three minutes

# In mills, thousandths of a US dollar: sums stay exact.
X_POST = 15
X_POST_WITH_LINK = 200
X_DELETE = 10
X_READ = 1


@dataclass(frozen=True, slots=True)
class CostLine:
    """Of one destination. `notes` say what else may be charged, `warnings` what makes posts dearer."""

    destination: str
    posts: int
    mills_each: int
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def mills(self) -> int:
        return self.posts * self.mills_each


def price(platform: Platform) -> int:
    """Of a post without a link, in mills."""
    return X_POST if platform is Platform.X else 0


def estimate(plan: Plan | LiveEventFile, posts: int = POSTS) -> tuple[CostLine, ...]:
    """A line for each destination. `posts`: how many each of them is expected to get."""
    return tuple(
        _on_x(plan, d.key, posts) if d.platform is Platform.X else CostLine(d.key, posts, price(d.platform))
        for d in plan.destinations
    )


def dollars(mills: int) -> str:
    """`$0.75`, `$0.015`: to the cent where that is exact."""
    return f"${mills / 1000:.2f}" if mills % 10 == 0 else f"${mills / 1000:.3f}"


def said(line: CostLine) -> str:
    """The line in words, for people."""
    if line.mills_each == 0:
        return f"{line.destination}: free"
    return f"{line.destination}: {line.posts} posts × {dollars(line.mills_each)} = {dollars(line.mills)}"


def _on_x(plan: Plan | LiveEventFile, key: str, posts: int) -> CostLine:
    note = (
        f"a correction cites the post it corrects by its address, so it costs {dollars(X_POST_WITH_LINK)}; "
        f"a deletion costs {dollars(X_DELETE)}; settling a doubt {dollars(X_READ)} for each post read "
        f"(prices of {PRICED_ON})"
    )
    if plan.content_warning and has_url(plan.content_warning):
        warning = (
            f"content_warning: seems to hold a link and stands at each post, so each costs {dollars(X_POST_WITH_LINK)}"
        )
        return CostLine(key, posts, X_POST_WITH_LINK, (note,), (warning,))
    places = list(_with_link(plan))
    if not places:
        return CostLine(key, posts, X_POST, (note,))
    warning = (
        f"{', '.join(places)}: seems to hold a link; a post with one costs {dollars(X_POST_WITH_LINK)} "
        f"instead of {dollars(X_POST)}"
    )
    return CostLine(key, posts, X_POST, (note,), (warning,))


def _with_link(plan: Plan | LiveEventFile) -> Iterator[str]:
    """Which fields may bring a link into a post, by their places in the file."""
    if has_url(plan.title):
        yield "title"
    if has_url(plan.hashtag):
        yield "hashtag"
    for index, item in enumerate(plan.run_sheet):
        if has_url(item.text):
            yield f"run_sheet.{index}"
    for index, phrase in enumerate(plan.phrases):
        if any(has_url(text) for text in phrase.text.values()):
            yield f"phrases.{index}"

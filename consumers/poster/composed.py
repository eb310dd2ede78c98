"""What a release becomes in one thread, given what stands there; made once, as splitting costs more than asking."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from consumers.poster.book import Book
from consumers.poster.compose import compose
from consumers.poster.platforms.base import Limits
from consumers.poster.shelf import Shelf
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import Destination, Plan
from schemas.release import Release
from schemas.thread import Post

Made = tuple[tuple[Post, ...], str | None]
"""The posts, and why the release cannot be composed: then the one post only gives its receipt something to name."""


VARIANTS_MAX = 8  # more than there are stamps for one release


@dataclass
class Composed:
    """Composes for one destination. What it gives for a release stays the same until all its posts are settled.

    It rests on the release, the plan, the limits, what earlier releases of the account say, and, once a part of the
    release is in the ledger, on that: the rest is split and stamped as that part was.
    """

    destination: Destination
    book: Book
    shelf: Shelf
    limits: Limits
    _of: UUID | None = None
    _made: dict[tuple[Limits, bool], Made] = field(default_factory=dict)

    def posts(self, release: Release, plan: Plan) -> Made:
        """As they are posted now: in a chain, or numbered where the account may not reply."""
        return self._cached(release, plan)[self.book.standalone]

    def follows(self, earlier: Post, release: Release, plan: Plan) -> bool:
        """Whether an earlier part is what composing gives, in either mode: so that the rest follows on it."""
        return any(_has(posts, earlier) for posts, _ in self._cached(release, plan))

    def _cached(self, release: Release, plan: Plan) -> tuple[Made, Made]:
        """In a chain, and numbered."""
        if self._of != release.id:
            self._of = release.id
            self._made.clear()
        if (self.limits, False) not in self._made:
            self._made[self.limits, False], self._made[self.limits, True] = self._variant(release, plan)
        return self._made[self.limits, False], self._made[self.limits, True]

    def _variant(self, release: Release, plan: Plan) -> tuple[Made, Made]:
        begun = [entry.post for entry in self.book.parts_of(release.id)]
        if begun:
            return self._as_begun(release, plan, begun)
        # Where posts have keys an equal text is no harm; the page has no stamp to tell them apart by.
        matters = self.limits.stamp and self.limits.repeatable_s != float("inf")
        besides = self.shelf.texts_besides if matters else self._texts_of_thread
        taken = besides(release.id) if self.limits.stamp else frozenset[str]()
        made = self._both(release, plan, taken)
        self.shelf.reserve(post for posts, refused in made for post in posts if refused is None)
        return made

    def _as_begun(self, release: Release, plan: Plan, begun: list[Post]) -> tuple[Made, Made]:
        """The variant whose parts those are; the plainest where the rules have changed since.

        One whose chain says all of them comes first: the number of a stand-alone post may also be what told a post of a
        chain from another of the account, and then the rest needs it too.
        """
        chains = list(self._variants(release, plan, numbered=False))
        alone = list(self._variants(release, plan, numbered=True))
        for chain in chains:
            if all(_has(chain[0], part) for part in begun):
                return chain, alone[0]
        for number in alone:
            for chain in chains:
                if all(_has(chain[0], part) or _has(number[0], part) for part in begun):
                    return chain, number
        return chains[0], alone[0]

    def _variants(self, release: Release, plan: Plan, *, numbered: bool) -> Iterator[Made]:
        """From the plainest to the one with the finest stamp and the number."""
        taken: frozenset[str] = frozenset()
        for _ in range(VARIANTS_MAX):
            made = self._compose(release, plan, taken, numbered=numbered)
            yield made
            taken |= {post.text for post in made[0]}

    def _texts_of_thread(self, release_id: UUID) -> frozenset[str]:
        return Shelf.of(self.book).texts_besides(release_id)

    def _both(self, release: Release, plan: Plan, taken: frozenset[str]) -> tuple[Made, Made]:
        return (
            self._compose(release, plan, taken, numbered=False),
            self._compose(release, plan, taken, numbered=True),
        )

    def _compose(self, release: Release, plan: Plan, taken: frozenset[str], *, numbered: bool) -> Made:
        try:
            posts = compose(
                release,
                self.limits,
                destination=self.destination,
                hashtag=plan.hashtag,
                stamp=plan.release.stamp,
                at=release.not_before,
                timezone=plan.timezone,
                elapsed_from=plan.window.opens,
                counter=self.book.number(release.id),
                corrects_url=self._cite(release),
                warning=plan.content_warning,
                numbered=numbered,
                taken=taken,
            )
        except Refused as refused:
            return (_whole(release, self.destination),), refused.code
        return posts, None

    def _cite(self, release: Release) -> str | None:
        """The address of the corrected post here; none where it was taken back, or never stood here.

        Once the first part is out it says what it cites, and the rest is split as it was then.
        """
        if release.corrects is None:
            return None
        entries = self.book.entries.values()
        corrected = [e for e in entries if e.post.update_id == release.corrects and e.url]
        first = next((e.post for e in entries if e.post.release_id == release.id and e.post.part == 0), None)
        if first is not None:
            return next((e.url for e in corrected if e.url and e.url in first.text), None)
        return next((e.url for e in corrected if e.state == "posted"), None)


def _has(posts: tuple[Post, ...], part: Post) -> bool:
    return part.part < len(posts) and posts[part.part].text == part.text


def _whole(release: Release, destination: Destination) -> Post:
    return Post(
        id=derive(release.id, destination.key, 0),
        release_id=release.id,
        update_id=release.update_id,
        part=0,
        parts=1,
        text=release.text or "-",
        lang=release.lang,
    )

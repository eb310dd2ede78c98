"""What a release becomes in one thread, given what stands there; made once, as splitting costs more than asking."""

from dataclasses import dataclass, field
from uuid import UUID

from consumers.poster.book import Book
from consumers.poster.compose import compose
from consumers.poster.platforms.base import Limits
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import Destination, Plan
from schemas.release import Release
from schemas.thread import Post

Made = tuple[tuple[Post, ...], str | None]
"""The posts, and why the release cannot be composed: then the one post only gives its receipt something to name."""


@dataclass
class Composed:
    """Composes for one destination. What it gives for a release stays the same until all its posts are settled.

    It rests on the release, the plan, the limits and the posts of earlier releases: a thread posts one after the other.
    """

    destination: Destination
    book: Book
    limits: Limits
    _of: UUID | None = None
    _made: dict[tuple[Limits, bool], Made] = field(default_factory=dict)

    def posts(self, release: Release, plan: Plan) -> Made:
        """As they are posted now: in a chain, or numbered where the account may not reply."""
        return self._cached(release, plan, numbered=self.book.standalone)

    def follows(self, earlier: Post, release: Release, plan: Plan) -> bool:
        """Whether an earlier part is what composing gives today, in either mode: so that the rest follows on it."""
        made = (self._cached(release, plan, numbered=numbered)[0] for numbered in (False, True))
        return any(earlier.part < len(posts) and posts[earlier.part].text == earlier.text for posts in made)

    def _cached(self, release: Release, plan: Plan, *, numbered: bool) -> Made:
        if self._of != release.id:
            self._of = release.id
            self._made.clear()
        key = (self.limits, numbered)
        if key not in self._made:
            self._made[key] = self._compose(release, plan, numbered=numbered)
        return self._made[key]

    def _compose(self, release: Release, plan: Plan, *, numbered: bool) -> Made:
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
                taken=self.book.texts_besides(release.id) if self.limits.stamp else frozenset(),
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

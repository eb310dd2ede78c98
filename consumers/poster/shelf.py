"""All threads of one account, for what they must not mix up: ids that are known, and texts that are spoken for.

A platform without keys is asked for a post by its text. Two live events of one account may say the same under the same
hashtag; then each would take the other's post for its own. So no two posts of an account have the same text there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from consumers.poster.book import DOUBTFUL, WAS_PUBLIC, Book
from schemas.thread import Post


@dataclass
class Shelf:
    """The books of one destination, and the texts that its threads are about to post."""

    books: Callable[[], Iterable[Book]]
    _reserved: dict[tuple[UUID, str], UUID] = field(default_factory=dict)  # post and text: its release

    @classmethod
    def of(cls, book: Book) -> "Shelf":
        """For a thread that has its account to itself."""
        return cls(lambda: (book,))

    def known_ids(self) -> frozenset[str]:
        """Posts that are somebody's already, whichever live event they belong to."""
        return frozenset[str]().union(*(book.known_ids() for book in self.books()))

    def texts_besides(self, release_id: UUID) -> frozenset[str]:
        """What stands or stood there, or is about to, by other releases of the account."""
        return frozenset(self._texts(release_id))

    def _texts(self, release_id: UUID) -> Iterator[str]:
        for book in self.books():
            for entry in book.entries.values():
                if entry.post.release_id != release_id and (entry.state in WAS_PUBLIC or entry.state in DOUBTFUL):
                    yield entry.post.text
        yield from (text for (_, text), of in self._reserved.items() if of != release_id)

    def reserve(self, posts: Iterable[Post]) -> None:
        """From now on these texts are taken: nothing is awaited between asking for the taken ones and this."""
        for post in posts:
            self._reserved[post.id, post.text] = post.release_id

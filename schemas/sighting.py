"""What was found public when the platforms were read back: a post as it was sent, changed, gone, or not from here."""

from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from schemas.envelope import Envelope, UtcTime
from schemas.ids import Sha256

SeenAs = Literal["as-posted", "edited", "deleted", "added", "still-public", "gone", "unreadable", "read"]
SeenBy = Literal["platform-read", "firehose", "page"]
Part = Literal["text", "links", "place", "attached"]
"""What of a post is not as it was sent: words, where links lead, under which post it stands, what hangs on it."""

Found = Literal["thread", "hashtag", "account"]
"""Where an added post stands: in our thread, under the event's hashtag, or merely on our account while it was live."""

DIFFERENCES: frozenset[SeenAs] = frozenset({"edited", "deleted", "added", "still-public"})
"""What somebody has to look at; each but an edit lasts until a later sighting of the same post says otherwise."""


class Sighting(Envelope):
    """The record on `sightings`: written when what is public changed, and once for each post after the close.

    Of one post: `as-posted`; `edited` (see `parts`); `deleted`, and nobody here ordered it; `added`: a post of our
    account that is not from here; `still-public`: it was taken back, and can be read all the same; `gone`: what should
    not have been public is not any more. Of a whole destination, without `platform_id`: `unreadable` since `since`;
    `read`: all of it was, `checked` posts of ours stand there, `differing` things are otherwise than they should be.

    A text that nobody here screened may name the patient: what was edited or added is kept sealed to the live event's
    key (`sealed`, a JWE of `{"text": …}`), and dies with it. `text_sha256` is of the text that was public. `version` is
    the platform's own name for this state of the post. What others write is never ours, and not recorded.
    """

    destination: str
    what: SeenAs
    source: SeenBy
    post_id: UUID | None = None
    platform_id: str | None = Field(default=None, max_length=500)
    n: int | None = None
    url: str | None = Field(default=None, max_length=1000)
    posted_at: UtcTime | None = None
    parts: tuple[Part, ...] = ()
    place: Found | None = None
    text_sha256: Sha256 | None = None
    sealed: str | None = Field(default=None, repr=False)
    version: str | None = Field(default=None, max_length=200)
    since: UtcTime | None = None
    reason: str | None = None  # of unreadable, a code: unreachable, limit, credentials, credits, no-answer, refused
    checked: int | None = Field(default=None, ge=0)
    differing: int | None = Field(default=None, ge=0)

    @property
    def is_difference(self) -> bool:
        return self.what in DIFFERENCES

    @model_validator(mode="after")
    def _of_a_post_or_of_all(self) -> Self:
        if (self.platform_id is None) != (self.what in ("unreadable", "read")):
            raise ValueError("a sighting is of one post, or says how the reading of all went")
        return self

"""Brings a picture to a Mastodon server, with the words that say what it shows; a status that names it shows it."""

from consumers.poster.platforms.base import Attachment
from consumers.poster.platforms.mastodon_http import Http
from schemas.errors import Refused, Unavailable, Uncertain
from streams.clock import Clock

PICTURES_MAX = 4  # Mastodon's default, and what others took over
PROCESSING_POLLS_MAX = 20  # large pictures are worked on after the answer: 202, then 206 until done
PROCESSING_POLL_S = 0.5
RETRY_S = 5.0


def fitting(media: tuple[Attachment, ...]) -> None:
    """Raises Refused before anything is sent."""
    if len(media) > PICTURES_MAX:
        raise Refused(f"Mastodon takes {PICTURES_MAX} pictures a post, found {len(media)}.", code="media-refused")


async def upload(http: Http, picture: Attachment, clock: Clock) -> str:
    """The id by which a status names it.

    Raises Unavailable when it is to be tried again (no post was made), Refused when the server never takes it.
    """
    try:
        answer = await http.ask(
            "POST",
            "/api/v2/media",
            files={"file": (f"picture.{picture.mime.partition('/')[2]}", picture.data, picture.mime)},
            data={"description": picture.alt},
        )
        media_id, ready = str(answer.data["id"]), answer.status != 202
        for _ in range(PROCESSING_POLLS_MAX):
            if ready:
                return media_id
            await clock.sleep(PROCESSING_POLL_S)
            ready = (await http.ask("GET", f"/api/v1/media/{media_id}")).status != 206
    except Uncertain as lost:
        raise Unavailable(str(lost), retry_after_s=RETRY_S) from None
    except Refused as refused:
        raise Refused("Mastodon does not take the picture.", code="media-refused", status=refused.status) from None
    except (KeyError, TypeError):
        raise Unavailable("Mastodon's answer to a picture cannot be read.", retry_after_s=RETRY_S) from None
    raise Unavailable("Mastodon is not done with a picture yet.", retry_after_s=RETRY_S)

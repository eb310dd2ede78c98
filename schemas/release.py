"""Text cleared for these destinations, by policy alone or by a person's decision."""

from uuid import UUID

from schemas.draft import PolicyRef
from schemas.envelope import Actor, Envelope, UtcTime
from schemas.ids import Sha256
from schemas.live_event import Destination


class Release(Envelope):
    """The record on `releases`. The poster posts these bytes and no others, and only under this binding."""

    update_id: UUID
    draft_id: UUID
    revision: int
    text: str
    text_sha256: Sha256
    policy: PolicyRef
    destinations: tuple[Destination, ...]
    binding_sha256: Sha256
    not_before: UtcTime  # end of the broadcast delay
    expires_at: UtcTime | None = None  # of the approval; None when policy alone cleared it
    approved_by: Actor | None = None
    decision_id: UUID | None = None
    lang: str | None = None
    phase: str | None = None
    received_at: UtcTime
    corrects: UUID | None = None  # the update_id that this one corrects

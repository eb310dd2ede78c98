"""That somebody opened what was typed: who, which draft, when. Never what it said."""

from typing import Literal
from uuid import UUID

from schemas.envelope import Envelope


class Access(Envelope):
    """The record on `accesses` (45 CFR 164.312(b): record and examine activity)."""

    update_id: UUID
    draft_id: UUID
    what: Literal["original-opened"]

"""The private back channel of an event's staff: what they say to one another, sealed to the event's key."""

from schemas.envelope import Envelope
from schemas.submission import Sealed


class StaffMessage(Envelope):
    """The record on `messages`, kept for days as submissions are: opened by the desk alone, never archived."""

    sealed: Sealed

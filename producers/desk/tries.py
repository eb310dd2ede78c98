"""How often somebody may try to sign in at the desk, and what the log is told of it: how and by whom, never what was
shown.

Wrong tries alone count, for an address and, where a passkey says whose it is, for the person. A session that lasts is
touched by none of this, so the red button is not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import structlog
from starlette.requests import Request

from schemas.envelope import Role
from schemas.errors import Refused
from streams.clock import Clock
from streams.rates import Rates, TooFast
from streams.web.denials import SecurityLog, address

# A hospital reaches the desk from one address: everybody of a team may be wrong once within a minute. Whoever guesses
# gets 28,800 a day of 2^192 keys or 2^80 codes.
WRONG_OF_ADDRESS_PER_MINUTE = 20
# A finger that is not recognised never reaches us; an answer that does not hold is no slip of a hand.
WRONG_OF_PERSON_PER_MINUTE = 5
SAY = "Too many wrong tries to sign in. Try again in {wait} s."
CODE = "too-many-tries"

Kind = Literal["key", "passkey", "join"]

log = structlog.get_logger("security")


@dataclass
class Try:
    """One try. right() tells that somebody is in: as which role, with which passkey."""

    signed_in: dict[str, str] = field(default_factory=dict)

    def right(self, role: Role, passkey_id: UUID | None = None) -> None:
        self.signed_in = {"role": str(role)} | ({} if passkey_id is None else {"passkey_id": str(passkey_id)})


class Tries:
    """Kept by each process alone: with n desks n times as many."""

    def __init__(self, clock: Clock, security: SecurityLog | None = None) -> None:
        self._clock = clock
        self._security = security or SecurityLog(clock)
        self._addresses = Rates(WRONG_OF_ADDRESS_PER_MINUTE, say=SAY, code=CODE)
        self._people = Rates(WRONG_OF_PERSON_PER_MINUTE, say=SAY, code=CODE)

    @contextmanager
    def one(self, request: Request, kind: Kind, person_id: UUID | None = None) -> Iterator[Try]:
        """Counted before it is looked at, so that many at once are many; given back unless it was Refused.

        Raises TooFast (429 too-many-tries) past the limit; then nothing is looked at.
        """
        place, person, made = address(request), str(person_id or ""), Try()
        about = {"kind": kind, "address": place, "person_id": person or None}
        try:
            self._take(place, person)
            yield made
        except Refused as refused:
            self._security.tell("sign-in-refused", code=refused.code, **about)
            request.state.told = True
            raise
        except BaseException:  # the broker is away, or they are: nothing was found wrong
            self._give_back(place, person)
            raise
        self._give_back(place, person)
        if made.signed_in:
            log.info("signed-in", **about, **made.signed_in)

    def _take(self, place: str, person: str) -> None:
        at_s = self._clock.monotonic()
        self._addresses.take(place, at_s)
        if person:
            try:
                self._people.take(person, at_s)
            except TooFast:
                self._addresses.give_back(place)
                raise

    def _give_back(self, place: str, person: str) -> None:
        self._addresses.give_back(place)
        if person:
            self._people.give_back(person)

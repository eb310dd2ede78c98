"""Who may write with what: a director's invitation, the tablet that took it up, the people who sign in on tablets.

Three shapes on one compacted topic, told apart by `kind`. No secret is in them: of a code its hash, of a tablet its
public key, of a PIN a hash that is worthless without the installation's own key.
"""

import unicodedata
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from schemas.envelope import Envelope, Frozen, Role, UtcTime
from schemas.ids import LiveEventId, Sha256

ENROLMENTS_OF = "tablets"  # stands where records of a live event have its id: all enrolments lie on one partition
NAME_MAX = 40  # characters; a tile and a line of the desk's list show it whole
INITIALS_MAX = 3
INVITATION_S = 300  # long enough to fetch a tablet and hold it to the screen, short for a picture of the code

# Controls, line breaks, private use, unassigned, and what turns or joins text without being seen: of two names
# that look the same one could be another's.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def _clear(value: str) -> str:
    value = unicodedata.normalize("NFC", " ".join(value.split(" ")).strip())
    if any(unicodedata.category(c) in _UNSEEN for c in value):
        raise ValueError("a name has no characters that cannot be seen")
    if not any(c.isalnum() for c in value):
        raise ValueError("a name has a letter or a digit")
    return value


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_MAX), AfterValidator(_clear)
]
"""What people call a tablet or a colleague: seen characters only, with a letter or a digit among them."""

Initials = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=INITIALS_MAX), AfterValidator(_clear)
]
Coordinate = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""32 bytes in base64url without padding (RFC 7518 section 6.2.1)."""


class PublicKey(Frozen):
    """An ECDSA key on P-256 as a JWK (RFC 7517). Nothing but these four members is ever kept of what a tablet sent."""

    kty: Literal["EC"] = "EC"
    crv: Literal["P-256"] = "P-256"
    x: Coordinate
    y: Coordinate


class Pin(Frozen):
    """scrypt (RFC 7914) over HMAC-SHA-256 of the PIN under the installation's `pin.key`: streams.pins makes it."""

    salt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    hash: Sha256
    log2_n: int = Field(ge=14, le=20)


class Invitation(Envelope):
    """Written by the desk. The code (128 random bits in base32) is in the QR code alone. `used_by`: a tablet's id."""

    kind: Literal["invitation"] = "invitation"
    code_sha256: Sha256  # streams.enrolments.code_sha256
    person_id: UUID | None = None  # whose passkey it is for; None: for a tablet
    expires_at: UtcTime
    used_by: UUID | None = None
    revoked: bool = False


class Tablet(Envelope):
    """Written by intake on enrolment, and again by the desk when a director revokes it, which is for good."""

    kind: Literal["tablet"] = "tablet"
    name: Name
    public_key: PublicKey
    invitation_id: UUID
    enrolled_at: UtcTime
    state: Literal["enrolled", "revoked"]
    revoked_at: UtcTime | None = None
    revoked_by: str | None = Field(default=None, max_length=80)


class Person(Envelope):
    """Written by the desk: added, given another PIN, removed. The latest record of an id stands."""

    kind: Literal["person"] = "person"
    name: Name
    initials: Initials
    role: Role = Role.REPORTER
    pin: Pin | None = None  # reporters alone; everybody else has a passkey
    live_events: tuple[LiveEventId, ...] | None = None  # the events their right names; None: every one, for reporters
    state: Literal["active", "removed"] = "active"


class Passkey(Envelope):
    """A WebAuthn credential of one person, on their own device or security key. Written by the desk.

    `id` is ours; `credential_id` and `public_key` (COSE, RFC 9052) are base64url without padding.
    """

    kind: Literal["passkey"] = "passkey"
    person_id: UUID
    invitation_id: UUID
    credential_id: str = Field(max_length=1400)
    public_key: str = Field(max_length=700)
    sign_count: int = Field(ge=0)
    transports: tuple[str, ...] = Field(default=(), max_length=10)
    enrolled_at: UtcTime
    state: Literal["active", "revoked"] = "active"
    revoked_at: UtcTime | None = None
    revoked_by: str | None = Field(default=None, max_length=80)

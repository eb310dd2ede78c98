"""What a passkey answered when somebody approved or signed: enough to check it again from the record alone."""

from uuid import UUID

from pydantic import Field

from schemas.envelope import Frozen, UtcTime


class Assertion(Frozen):
    """A WebAuthn assertion (Level 3, section 7.2) with user verification; byte strings are base64url without padding.

    Its challenge is the SHA-256 of what was approved (streams.approval.subject), `asked_at` included, so that an old
    answer cannot be used anew. `public_key` is COSE (RFC 9052), as it was enrolled.
    """

    passkey_id: UUID
    person_id: UUID
    asked_at: UtcTime
    credential_id: str = Field(max_length=1400)
    public_key: str = Field(max_length=700)
    client_data: str = Field(max_length=2000)
    authenticator_data: str = Field(max_length=1000)
    signature: str = Field(max_length=700)
    origin: str = Field(max_length=300)
    rp_id: str = Field(max_length=253)

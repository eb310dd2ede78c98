"""Time stamps of RFC 3161: what an authority is asked, and whether its answer holds for a checkpoint. The one door.

The stamp is over SHA-256 of the signed checkpoint, byte for byte; `openssl ts -verify -data checkpoint` checks it, too.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.tsp import TimeStampResponse

from schemas.errors import Refused

STAMP_MAX = 65_536  # bytes of an answer: a token with some certificates is 3,000 to 8,000
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who stamped and when: the name in the authority's certificate, and the time in the token."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """The bytes to send, and the number that the answer has to repeat."""

    body: bytes
    nonce: int


def request(checkpoint: bytes) -> Request:
    """A query over SHA-256 of the checkpoint that asks for the certificate, too (RFC 3161 section 2.4.1)."""
    built = TimestampRequestBuilder().data(checkpoint).hash_algorithm(HashAlgorithm.SHA256).build()
    assert built.nonce is not None
    return Request(built.as_bytes(), built.nonce)


def roots_of(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file. Raises Refused where there is none."""
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except ValueError:
        raise Refused("expected certificates of a time-stamping authority's root, PEM", code="bad-roots") from None


def check(tsr: bytes, checkpoint: bytes, roots: Sequence[x509.Certificate], nonce: int | None = None) -> Stamp:
    """Who stamped this checkpoint and when. Raises Refused where the stamp does not hold under these roots."""
    try:
        answer = decode_timestamp_response(tsr)
        if answer.as_bytes() != tsr or answer.tst_info.message_imprint.hash_algorithm != _SHA256:
            raise Refused("it is not one whole stamp over SHA-256", code="bad-stamp")
        _builder(roots, nonce).build().verify(answer, hashlib.sha256(checkpoint).digest())
        return Stamp(_signer(answer), answer.tst_info.gen_time.astimezone(UTC))
    except (VerificationError, ValueError, x509.ExtensionNotFound) as error:
        raise Refused(f"the stamp does not hold: {type(error).__name__}", code="bad-stamp") from None


def _builder(roots: Sequence[x509.Certificate], nonce: int | None) -> VerifierBuilder:
    builder = VerifierBuilder(roots=list(roots))
    return builder if nonce is None else builder.nonce(nonce)


def _signer(answer: TimeStampResponse) -> str:
    """The name in the certificate that signed: of the organisation's unit that stamps, or all that there is."""
    (info,) = answer.signed_data.signer_infos
    for der in answer.signed_data.certificates:
        found = x509.load_der_x509_certificate(der)
        if found.issuer == info.issuer and found.serial_number == info.serial_number:
            names = found.subject.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)
            name = str(names[0].value) if names else found.subject.rfc4514_string()
            return "".join(sign if sign.isprintable() else "?" for sign in name)
    raise ValueError("no certificate of the signer")

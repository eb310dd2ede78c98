"""Makes and checks PINs: slow to try (scrypt), and not to be tried at all without the installation's own `pin.key`."""

import hashlib
import hmac
import re

from schemas.enrolment import Pin
from schemas.errors import Refused

PIN_DIGITS_MIN = 4  # ten thousand, of which five tries in five minutes find none
PIN_DIGITS_MAX = 8  # longer ones are forgotten beside an operating table
PIN_FORM = re.compile(rf"[0-9]{{{PIN_DIGITS_MIN},{PIN_DIGITS_MAX}}}")
SALT_BYTES = 16
# 16 MB and about 50 ms a try (OWASP's least for scrypt is 2^17; the pepper keeps who has the topic from trying at all,
# and five wrong tries lock). More would let thirty tablets that sign in at once fill the memory of a small server.
LOG2_N = 14
R, P = 8, 1
MEMORY_MAX = 1 << 30  # of one scrypt; what 2^20 takes

_UP_AND_DOWN = "01234567890123456789"


def make_pin(pin: str, *, salt: bytes, pepper: bytes) -> Pin:
    """What is kept of a PIN. `salt`: 16 random bytes. Raises Refused for no PIN, or one of the first to be tried."""
    if not PIN_FORM.fullmatch(pin):
        raise Refused(f"A PIN has {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits.", code="bad-pin")
    if len(set(pin)) == 1 or pin in _UP_AND_DOWN or pin in _UP_AND_DOWN[::-1]:
        raise Refused("This PIN is among the first that anyone would try. Choose another.", code="weak-pin")
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return Pin(salt=salt.hex(), hash=_hash(pin, salt, pepper, LOG2_N), log2_n=LOG2_N)


def pin_matches(pin: str, kept: Pin, *, pepper: bytes) -> bool:
    """Takes about 50 ms of a core: not for the event loop."""
    return hmac.compare_digest(_hash(pin, bytes.fromhex(kept.salt), pepper, kept.log2_n), kept.hash)


def _hash(pin: str, salt: bytes, pepper: bytes, log2_n: int) -> str:
    peppered = hmac.digest(pepper, b"scrubcast/pin/v1\n" + pin.encode(), "sha256")
    return hashlib.scrypt(peppered, salt=salt, n=1 << log2_n, r=R, p=P, maxmem=MEMORY_MAX, dklen=32).hex()

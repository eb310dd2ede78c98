"""Whether an archived approval or run sheet bears a passkey's signature over what its entry says. Pure.

The challenge is made anew from the fields of the entry alone (streams.approval), and the signature is checked with the
key that stands beside it. Whose key it is, the enrolments say, and they are not in the archive.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas.assertion import Assertion
from schemas.control import Control
from schemas.decision import Decision
from schemas.errors import Refused
from streams import approval

_MODELS: Mapping[str, type[Decision | Control]] = {"decision": Decision, "control": Control}
BAD = "bears a passkey's signature that does not hold for it"


def wrong(type_: str, entry: Mapping[str, Any]) -> str | None:
    """What is wrong with the assertion of this entry; None where all is well or there is none."""
    record = entry["record"]
    if type_ not in _MODELS or record.get("assertion") is None:
        return None
    from streams import passkeys  # noqa: PLC0415  # a second to import, for archives that hold an assertion alone

    try:
        found = _MODELS[type_].model_validate({**entry, **record, "v": 1})
        assertion = found.assertion
        assert assertion is not None
        passkeys.verify(assertion, _subject(found, assertion))
    except (Refused, ValidationError):
        return BAD
    return None


def _subject(found: Decision | Control, assertion: Assertion) -> bytes:
    if isinstance(found, Decision):
        return approval.of_decision(found, assertion.asked_at)
    return approval.of_control(found, assertion.asked_at)

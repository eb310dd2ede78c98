"""Up to when a person has read the back channel: a plain cookie of this device, for a count alone."""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request

COOKIE = "scrubcast-read"
KEPT_S = 3 * 86_400  # as long as the messages themselves
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_DIGITS_MAX = 17  # microseconds until the year 5138


def read(request: Request, live_event_id: str) -> datetime | None:
    """None on a device that never looked; whatever else may stand in a cookie counts as that."""
    value = request.cookies.get(_name(live_event_id), "")
    if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX):
        return None
    return _EPOCH + int(value) * _MICRO


def cookie(request: Request, live_event_id: str, at: datetime) -> str:
    """The header that says: read up to `at`."""
    secure = "; Secure" if request.url.scheme == "https" else ""
    value = (at - _EPOCH) // _MICRO
    path = f"/desk/{live_event_id}"
    return f"{_name(live_event_id)}={value}; Path={path}; Max-Age={KEPT_S}; HttpOnly; SameSite=Strict{secure}"


def _name(live_event_id: str) -> str:
    return f"{COOKIE}-{live_event_id}"

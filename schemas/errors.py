"""The four errors, each named by what the loop that catches it must do next."""

from collections.abc import Mapping
from typing import ClassVar


class ScrubcastError(Exception):
    """Base of all errors of ours. The message says what was expected, what was found, and by id where;
    never text that staff wrote."""

    exit_code: ClassVar[int] = 1


class Refused(ScrubcastError):
    """Wrong for good: answer with a 4xx, or write a dead letter. Trying again cannot help.

    `code` is a stable word for programs (`too-long`, `window-closed`), `status` the HTTP status of a door. `about`:
    what else programs are told, as further members of the answer (RFC 9457 section 3.2); never what was sent.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "refused",
        status: int = 422,
        about: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.about = dict(about or {})


class Unavailable(ScrubcastError):
    """A part we need is away: wait `retry_after_s`, then try the same record again."""

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Uncertain(ScrubcastError):
    """The request may have taken effect: look before trying again, never repeat blindly."""


class Broken(ScrubcastError):
    """An invariant fell: stop the process, a person or the supervisor decides what comes next."""

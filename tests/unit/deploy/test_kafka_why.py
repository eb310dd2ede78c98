"""What a person is told when the broker went down: the cause, not the stack trace."""

import pytest

from deploy.kafka.why import why_down

FULL = """\
ERROR Error while appending records to t-0 in dir /data/kafka (LogDirFailureChannel)
java.io.IOException: No space left on device
ERROR Shutdown broker because all log dirs in /data/kafka have failed (LogManager)
"""


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        (FULL, "no space left for the broker's data: free some and start again, nothing accepted is lost"),
        ("java.io.IOException: Disk quota exceeded", "no space left for the broker's data: free some"),
        ("Failed to acquire lock on file .lock in /data/kafka.", "another broker is running on the same data"),
        ("java.net.BindException: Address already in use", "the broker's port is taken by another program"),
        ("Terminating due to java.lang.OutOfMemoryError: Java heap space", "the machine has too little memory"),
        ("Unrecognized VM option 'UseFoo'", "this Java cannot run the broker"),
        ("", "the broker stopped without saying why"),
        ("INFO all is well", "the broker stopped without saying why"),
    ],
)
def test_the_cause_is_named(tail: str, told: str) -> None:
    assert why_down(tail).startswith(told)


def test_an_unknown_error_is_quoted_in_one_short_line() -> None:
    tail = "INFO fine\nERROR first (a.B)\n  at c.D\nERROR " + "x" * 500 + "\nINFO last\n"
    assert why_down(tail) == "the broker said: ERROR " + "x" * 194

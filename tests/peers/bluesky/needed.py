"""For tests that cannot do without the reference server: where it is installed, or the end of the test that asked."""

import subprocess

from tests.optional import missing
from tests.peers.bluesky.install import Installed, installed


def needed() -> Installed:
    """Skips where npm, Node or the line to a package registry cannot be had; fails there in CI."""
    try:
        return installed()
    except (OSError, subprocess.SubprocessError) as error:
        missing(f"Bluesky's reference server, by `python -m tests.peers.bluesky.install`: {error}")
        raise

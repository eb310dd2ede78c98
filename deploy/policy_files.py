"""Reads policies from files: an installation's own folder of them, and the one that a command names.

A stage reads the folder before anything else. A wrong file stops it with its line and the reason: whoever screened with
less than was asked for would not be noticed.
"""

from pathlib import Path

from deploy.settings import Settings
from schemas.errors import Refused
from schemas.policy import Policy
from streams.policies import Policies
from streams.scrub.policy import parse

FILE_BYTES_MAX = 200_000  # a policy has a line for each kind; the shipped ones have 2,000 bytes


def policies(settings: Settings) -> Policies:
    """The shipped policies and those of the folder in the settings, all of them read. Raises Refused."""
    folder = settings.policies
    if folder is None:
        found = Policies()
    elif not folder.is_dir():
        raise Refused(f"The folder of policies {folder} is not there (SCRUBCAST_POLICIES).", code="no-policies")
    else:
        found = Policies(read(path) for path in sorted(folder.glob("*.toml")))
    assert found.by_name  # reads the shipped ones as well: a damaged installation stops here too
    return found


def read(path: Path) -> Policy:
    """The policy in a file. Raises Refused with the line and the reason when it is wrong."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Refused(f"{path}: larger than {FILE_BYTES_MAX} bytes.", code="too-large")
        return parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error.strerror or 'no reason given'}).", code="unreadable") from None
    except UnicodeDecodeError:
        raise Refused(f"{path}: cannot be read (it is not UTF-8).", code="unreadable") from None


def named(name_or_file: str, known: Policies) -> Policy:
    """The policy of this name, or in this file: what looks like a path is one."""
    if name_or_file.endswith(".toml") or "/" in name_or_file:
        return read(Path(name_or_file))
    return known.get(name_or_file)

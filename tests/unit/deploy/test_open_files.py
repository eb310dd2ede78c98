"""Room for thousands of readers, in a process of its own so that no other test is touched."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import resource
from deploy.open_files import allow
resource.setrlimit(resource.RLIMIT_NOFILE, (512, {hard}))
print(allow({asked}), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def said(asked: int, hard: int) -> str:
    script = SCRIPT.format(asked=asked, hard=hard)
    root = Path(__file__).parents[3]
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=root).stdout


def test_the_limit_is_raised_as_far_as_the_readers_need() -> None:
    assert said(asked=1000, hard=2000) == "1000 1256\n"


def test_where_the_machine_allows_less_fewer_readers_fit() -> None:
    assert said(asked=3000, hard=2000) == "1744 2000\n"


def test_a_limit_that_is_enough_stays() -> None:
    assert said(asked=100, hard=2000) == "100 512\n"

"""The desk's screening is loaded with the first edited text, and before it only where a second opinion is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.redrafting import Redrafting
from deploy.settings import Scrub
from schemas.errors import Refused
from streams.clock import SystemClock
from streams.policies import Policies
from streams.vault import Vault

LOOK = """
import sys
from pathlib import Path
from deploy.redrafting import Redrafting
from deploy.settings import Scrub
from streams.clock import SystemClock
from streams.policies import Policies
from streams.vault import Vault
import producers.desk.app
made = Redrafting(Vault(Path(sys.argv[1]), bytes(32)), SystemClock(), Scrub(), Policies())
made.forget()
print([name for name in ("streams.scrub.bound", "streams.scrub.terms") if name in sys.modules])
"""


def test_a_desk_at_rest_has_no_words_to_screen_with(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LOOK, tmp_path], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_second_opinion_that_cannot_be_had_is_refused_at_once(tmp_path: Path) -> None:
    vault = Vault(tmp_path, bytes(32))
    with pytest.raises(Refused, match="No second opinion is called nobody-has-it"):
        Redrafting(vault, SystemClock(), Scrub(second_opinions=("nobody-has-it",)), Policies())

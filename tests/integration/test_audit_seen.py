"""`audit seen` says what was read back, and opens what others wrote while the event's key lives."""

import json
from pathlib import Path

import pytest

from deploy.home import Home
from schemas.envelope import system
from schemas.ids import derive
from schemas.sighting import SeenAs, Sighting
from schemas.topics import SIGHTINGS
from streams.sealing import seal
from streams.vault import Vault
from tests.audit_world import archived
from tests.commanded_desk import command
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, at, message, story

LIE = "Maria Lopez is doing badly."


def seen(what: SeenAs, second: float, n: int | None = None, sealed: str | None = None) -> Sighting:
    return Sighting(
        id=derive("seen", what, str(second)), live_event_id=KNEE, at=at(second), actor=system("poster"), sealed=sealed,
        destination="bluesky:@h.test", what=what, source="platform-read", platform_id=f"at://{n}", url=f"https://b/{n}",
        post_id=records.post_id(n) if n else None, n=n, parts=("text",) if what == "edited" else (),
        place="thread" if what == "added" else None,
    )  # fmt: skip


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = Home(tmp_path / "data")
    home.make()
    vault = Vault(home.vault, home.kek())
    key = vault.create(KNEE, ())
    sealed = seal(key, json.dumps({"text": LIE}).encode())
    found = (seen("edited", 40, 1, sealed), seen("added", 41, None, sealed), seen("deleted", 42, 2), seen("gone", 43))
    archived(home.archive, [*story(), *(message(SIGHTINGS, s, n) for n, s in enumerate(found))])
    monkeypatch.setenv("SCRUBCAST_DATA", str(home.root))
    monkeypatch.delenv("SCRUBCAST_DESK_URL", raising=False)
    return home.root


async def test_it_lists_what_was_found_and_fails_while_something_differs(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = await command(capsys, "audit", "seen", KNEE)
    assert (code, out.splitlines()) == (
        1,
        [
            "2026-12-01T08:05:40Z  bluesky:@h.test  post 1 was changed after it was posted  (text; https://b/1)",
            "2026-12-01T08:05:41Z  bluesky:@h.test  a post is not from here  (thread; https://b/None)",
            "2026-12-01T08:05:42Z  bluesky:@h.test  post 2 is gone, and nobody here took it back  (https://b/2)",
            "2026-12-01T08:05:43Z  bluesky:@h.test  a post cannot be read any more  (https://b/None)",
            "4 sightings; 2 differences stand",
        ],
    )


async def test_what_others_wrote_is_nowhere_in_the_log_and_opened_on_request(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (data / "archive").rglob("*"):
        assert not file.is_file() or b"Maria" not in file.read_bytes()
    _, out, _ = await command(capsys, "audit", "seen", KNEE, "--text")
    assert out.count(f"      {LIE}\n") == 2
    Vault(Home(data).vault, Home(data).kek()).destroy(KNEE)
    code, out, err = await command(capsys, "audit", "seen", KNEE, "--text")
    assert (code, LIE in out) == (1, False)
    assert "destroyed" in err

"""What was read back stands in the replay from the instant at which it was seen, and ends when it was seen to end."""

from typing import Any

from consumers.archive.replay import replay
from consumers.archive.timeline import Timeline, state_at, timeline
from deploy.commands.audit import moments
from schemas.envelope import Envelope, system
from schemas.ids import derive
from schemas.sighting import SeenAs, Sighting
from schemas.topics import LIVE_EVENTS, SIGHTINGS, Topic
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, at, live_event, message, posted
from tests.unit.archive.test_replay import as_entries


def seen(what: SeenAs, second: float, n: int | None = None) -> Sighting:
    return Sighting(
        id=derive("seen", what, str(second), n or 0), live_event_id=KNEE, at=at(second), actor=system("poster"),
        destination="local", what=what, source="page", platform_id=str(n or "s"), url="http://page/p",
        post_id=records.post_id(n) if n else None, update_id=derive("update", KNEE, n) if n else None,
    )  # fmt: skip


def told(*sightings: Sighting) -> Timeline:
    happened: list[tuple[Topic[Any], Envelope]] = [(LIVE_EVENTS, live_event()), *posted(1), *posted(2)]
    happened += [(SIGHTINGS, s) for s in sightings]
    return timeline(replay(as_entries(tuple(message(t, r, i) for i, (t, r) in enumerate(happened)))))


def test_a_changed_post_is_shown_as_changed_until_it_is_as_it_was_sent() -> None:
    of = told(seen("edited", 10, 1), seen("as-posted", 20, 1))
    assert [s.changed for s in state_at(of, at(9)).public] == [None, None]
    assert [s.changed for s in state_at(of, at(10)).public] == [at(10), None]
    assert [s.changed for s in state_at(of, at(20)).public] == [None, None]


def test_a_post_that_somebody_deleted_is_not_public_until_it_is_back() -> None:
    of = told(seen("deleted", 10, 1), seen("as-posted", 20, 1))
    gone = state_at(of, at(10))
    assert ([s.n for s in gone.public], [(g.until, g.by_others) for g in gone.gone]) == ([2], [(at(10), True)])
    back = state_at(of, at(20))
    assert ([s.n for s in back.public], back.gone) == ([1, 2], ())


def test_what_was_added_or_is_still_there_is_said_beside_the_posts() -> None:
    of = told(seen("added", 10), seen("still-public", 11, 1), seen("gone", 20), seen("gone", 21, 1))
    now = state_at(of, at(12))
    assert [(a.what, a.platform_id, a.url) for a in now.astray] == [
        ("added", "s", "http://page/p"),
        ("still-public", "1", "http://page/p"),
    ]
    text = "\n".join(moments.as_text(of, now))
    assert "public, and should not be: 2" in text
    assert "not from here, on local" in text
    assert state_at(of, at(21)).astray == ()


def test_weeks_of_reading_back_do_not_stretch_the_event() -> None:
    assert told(seen("added", 30 * 86_400)).span == told().span

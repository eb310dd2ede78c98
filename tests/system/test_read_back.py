"""What somebody changes behind the poster's back is found on real Kafka, and stands on the desk and in the archive."""

import asyncio
from uuid import uuid4

import pytest

from schemas.page import PagePost
from schemas.topics import PAGES
from streams.kafka import Connection, KafkaBus
from tests.system_fixture import System, wait_until

# A poster has to start anew for it: half a minute, more than `make test` has to spare.
pytestmark = [pytest.mark.kafka, pytest.mark.system, pytest.mark.soak]

LIE = "Maria Lopez is doing badly."


def test_a_post_that_was_changed_on_the_page_is_a_line_an_entry_and_never_its_words(system: System) -> None:
    event = system.open(id=f"event-{uuid4().hex[:10]}")
    system.submit(event, "All readings steady.")
    wait_until(lambda: [row for row in system.thread(event) if row["state"] == "posted"])
    (shown,) = [m for m in system.records(PAGES.name) if m.value and event.encode() in m.value]
    post = PagePost.decode(shown.value or b"").model_copy(update={"text": LIE})

    async def change() -> None:
        async with KafkaBus.open(Connection(system.facts()["bootstrap"])) as bus:
            await bus.send(PAGES, post)

    asyncio.run(change())
    system.kill("poster")  # the next one reads at once; else it would be minutes
    path = f"/live-events/{event}/status"
    status = wait_until(lambda: (s := system.request("director", "GET", path).json())["differences"] and s, 60)
    assert [(d["what"], d["destination"]) for d in status["differences"]] == [("edited", "local")]
    # Each command is a process: asked once for all of it.
    listed = wait_until(lambda: (s := system.cli("audit", "seen", event, "--text", check=False)).returncode == 1 and s)
    assert "post 1 was changed after it was posted" in listed.stdout
    assert LIE in listed.stdout
    assert LIE.encode() not in b"".join(m.value or b"" for m in system.records("scrubcast.sightings.v1"))

"""Every route of the archive's pages, for every role, as a key and as a person, in their own live event and in another.

The table of tests/integration/test_rights_matrix.py goes on here, with an archive beside the desk.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from schemas.topics import ACCESSES
from tests.audit_world import archived, audited_desk
from tests.desk_world import EVENT, World
from tests.integration.test_rights_matrix import (
    CELLS,
    KEY,
    OTHER,
    UNKNOWN,
    Asking,
    Kind,
    Row,
    _shape,
    _somebody,
    api,
    shapes,
)

READ = frozenset({"auditor", "director"})
AUDIT = frozenset({"auditor"})
# Where no live event is in the address, what is shown are those alone for which a person is named.
ROWS: tuple[Row, ...] = (
    Row("GET", "/audit", None, READ),
    Row("GET", "/audit/search", None, READ),
    Row("GET", "/audit/search.csv", None, READ),
    Row("GET", "/audit/imported", None, READ),
    Row("GET", "/audit/report.css", None, READ),
    Row("POST", "/audit/import", {}, AUDIT),
    Row("GET", "/audit/{e}", None, READ),
    Row("GET", "/audit/{e}/ticks", None, READ),
    Row("GET", "/audit/{e}/proofs/{x}", None, READ),
    Row("GET", "/audit/{e}/report", None, READ),
    Row("GET", "/audit/{e}/report.pdf", None, READ),
    Row("GET", "/audit/{e}/bundle.zip", None, READ),
    Row("GET", "/audit/{e}/policy", None, READ),
    Row("POST", "/audit/{e}/policy", {}, READ),
    api("POST", "/audit/accesses", {"what": "exported", "live_event_id": "{e}"}, READ),
)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    archived(tmp_path / "data" / "archive")
    async with audited_desk(tmp_path) as (made, _):
        await made.open()
        yield made


def test_the_table_names_every_route_of_the_archive(world: World) -> None:
    ours = {(m, p) for m, p in shapes(world.app) if p.startswith(("/audit", "/api/v1/audit"))}
    assert ours == {_shape(row) for row in ROWS}


@pytest.mark.parametrize(("role", "kind"), CELLS)
async def test_each_role_may_what_the_table_says_and_nothing_else(world: World, role: str, kind: Kind) -> None:
    asking = await _somebody(world, role, kind)
    for row in ROWS:
        answer = await asking.ask(row, {"e": EVENT, "x": UNKNOWN})
        assert answer.status_code not in (401, 500, 503), row
        assert (answer.status_code == 403) == (not row.allows(role, kind)), (row, answer.status_code)
    await asking.http.aclose()


async def test_nobody_without_a_key_is_let_in_and_nothing_is_entered(world: World) -> None:
    before = len(world.bus.everything(ACCESSES.name))
    for row in ROWS:
        answer = await Asking(world.http, {}).ask(row, {"e": EVENT, "x": UNKNOWN})
        if row.path.startswith("/api/"):
            assert answer.status_code == 401, row
        else:
            assert (answer.status_code, answer.headers["location"][:14]) == (303, "/desk/sign-in?"), row
    assert len(world.bus.everything(ACCESSES.name)) == before


@pytest.mark.parametrize("role", sorted(READ))
async def test_a_person_of_another_live_event_finds_nothing_of_this_one(world: World, role: str) -> None:
    other, key = await _somebody(world, role, OTHER), await _somebody(world, role, KEY)
    for asking, found in ((other, False), (key, True)):
        page = (await asking.http.get("/audit/search?words=update+8", headers=asking.headers)).text
        assert ("the plan fits this knee" in page) == found
        csv = (await asking.http.get("/audit/search.csv?words=update+8", headers=asking.headers)).text
        assert ("the plan fits this knee" in csv) == found
    await other.http.aclose()

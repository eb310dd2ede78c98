"""A ward and a page of it; a ward with enrolled tablets and a page at the bedside."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser_fixture import TABLET_PORTRAIT, opened
from tests.reporter_ward import Staffed, Ward, enrol, staffed_ward, warded


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    async with warded() as found:
        yield found


@pytest.fixture
async def page(browser: Browser, ward: Ward) -> AsyncIterator[Page]:
    async with opened(browser, size=TABLET_PORTRAIT) as visit:
        yield visit.page
        assert visit.errors == []


@pytest.fixture
async def staffed() -> AsyncIterator[Staffed]:
    async with staffed_ward() as found:
        yield found


@pytest.fixture
async def bedside(browser: Browser, staffed: Staffed) -> AsyncIterator[Page]:
    async with opened(browser, size=TABLET_PORTRAIT) as visit:
        await enrol(visit.page, staffed)
        yield visit.page
        assert visit.errors == []

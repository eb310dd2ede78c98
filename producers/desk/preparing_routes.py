"""The addresses of the pages on which an event is prepared. All of them work without script."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from producers.desk import preparing_pages as pages
from producers.desk import words
from producers.desk.preparing_begin import begin, from_yaml, list_page
from producers.desk.preparing_fields import SECTIONS, Section
from producers.desk.preparing_site import HERE, Site
from producers.desk.visit import language, render, to
from schemas.envelope import Actor
from schemas.errors import Refused


def routes(site: Site) -> APIRouter:
    """All of them; addresses under `/desk/prepare` come before those of live events."""
    router = APIRouter(prefix=HERE)

    async def director(request: Request) -> Actor:
        return site.director(request)

    async def onlooker(request: Request) -> Actor:
        return site.onlooker(request)

    async def signer(request: Request) -> Actor:
        return site.signer(request)

    Director = Annotated[Actor, Depends(director)]  # noqa: N806  # names of types
    Onlooker = Annotated[Actor, Depends(onlooker)]  # noqa: N806  # as above
    Signer = Annotated[Actor, Depends(signer)]  # noqa: N806  # as above

    @router.get("")
    async def every(request: Request, actor: Onlooker) -> Response:
        return list_page(request, site, actor)

    @router.post("")
    async def new(request: Request, actor: Director) -> Response:
        return await begin(request, site, actor)

    @router.post("/yaml")
    async def yaml(request: Request, actor: Director) -> Response:
        return await from_yaml(request, site, actor)

    @router.get("/{live_event_id}")
    async def one(request: Request, actor: Onlooker, live_event_id: str) -> Response:
        return pages.overview(request, site, actor, live_event_id)

    @router.get("/{live_event_id}/protected")
    async def terms(request: Request, actor: Director, live_event_id: str) -> Response:
        return pages.protected_page(request, site, actor, live_event_id)

    @router.post("/{live_event_id}/protected")
    async def put_terms(request: Request, actor: Director, live_event_id: str) -> Response:
        return await pages.protect(request, site, actor, live_event_id)

    @router.get("/{live_event_id}/sign")
    async def read_sheet(request: Request, actor: Onlooker, live_event_id: str) -> Response:
        return pages.sign_page(request, site, actor, live_event_id)

    @router.post("/{live_event_id}/sign")
    async def sign_sheet(request: Request, actor: Signer, live_event_id: str) -> Response:
        return await pages.sign(request, site, actor, live_event_id)

    @router.post("/{live_event_id}/tick/{check}")
    async def tick(actor: Director, live_event_id: str, check: str) -> RedirectResponse:
        await site.preparing.tick(actor, live_event_id, check)
        return to(f"{HERE}/{live_event_id}")

    @router.post("/{live_event_id}/accounts")
    async def ask(actor: Director, live_event_id: str) -> RedirectResponse:
        await site.preparing.ask_accounts(actor, live_event_id)
        return to(f"{HERE}/{live_event_id}")

    @router.post("/{live_event_id}/open")
    async def press_open(request: Request, actor: Director, live_event_id: str) -> Response:
        return await pages.open_it(request, site, actor, live_event_id)

    @router.get("/{live_event_id}/drop")
    async def ask_drop(request: Request, actor: Director, live_event_id: str) -> Response:
        site.preparing.get(live_event_id)
        return render(
            request, "prepare_drop.html", role=words.role(actor.role, language(request)), id=live_event_id,
            title_of=site.preparing.title(live_event_id), path=f"{HERE}/{live_event_id}",
        )  # fmt: skip

    @router.post("/{live_event_id}/drop")
    async def drop(actor: Director, live_event_id: str) -> RedirectResponse:
        await site.preparing.drop(actor, live_event_id)
        return to(HERE, "dropped")

    @router.get("/{live_event_id}/{section}")
    async def form_of(request: Request, actor: Director, live_event_id: str, section: str) -> Response:
        return pages.section_page(request, site, actor, live_event_id, _section(section))

    @router.post("/{live_event_id}/{section}")
    async def put(request: Request, actor: Director, live_event_id: str, section: str) -> Response:
        return await pages.save(request, site, actor, live_event_id, _section(section))

    return router


def _section(name: str) -> Section:
    found = SECTIONS.get(name)
    if found is None:
        raise Refused("There is no section of this name.", code="unknown-section", status=404)
    return found

"""The guidance for the team as pages to print: one sheet a role, in the language that was asked for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from producers.desk import guidance
from producers.desk.desk import MAY_WATCH
from producers.desk.gate import Gate
from producers.desk.phrases import translate
from producers.desk.visit import language, render
from producers.desk.words import LANGS, Lang
from schemas.envelope import Actor
from streams.auth import require


def routes(gate: Gate) -> APIRouter:
    router = APIRouter(prefix="/desk")

    async def watcher(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_WATCH))

    Watcher = Annotated[Actor, Depends(watcher)]  # noqa: N806  # the name of a type

    @router.get("/guidance")
    async def show(request: Request, _: Watcher) -> Response:
        lang = _lang(request)

        def t(english: str, **more: object) -> str:
            return translate(english, lang, **more)

        return render(request, "guidance.html", lang=lang, t=t, title=guidance.title(lang), pages=guidance.pages(lang))

    return router


def _lang(request: Request) -> Lang:
    """`?lang=`, so that a sheet can be printed in a language that is not one's own; else that of the pages."""
    asked = request.query_params.get("lang")
    return next((lang for lang in LANGS if lang == asked), language(request))

"""Passkeys between browser and desk: making one after an invitation, signing in, and what an approval has to sign.

All but the page are JSON, for a script asks; a refusal is problem+json with its sentence in the visitor's language.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from producers.desk import words
from producers.desk.attesting import Attesting
from producers.desk.desk import Desk
from producers.desk.gate import set_cookie
from producers.desk.sign_in import leave
from producers.desk.visit import language, render, safe_path
from schemas.envelope import Actor, Closed
from schemas.errors import Refused
from schemas.ids import Sha256
from streams import approval, passkeys, review
from streams.auth import require
from streams.passkeys import Answer, Relying
from streams.web import origin

CODE_MAX = 60  # characters, with the spaces of the groups


class CodeRequest(Closed):
    code: str = Field(min_length=1, max_length=CODE_MAX)


class JoinRequest(CodeRequest):
    credential: dict[str, Any] = Field(max_length=20)


class SignInRequest(Closed):
    credential: dict[str, Any] = Field(max_length=20)
    next: str = Field(default="/desk", max_length=400)


def routes(desk: Desk, attesting: Attesting) -> APIRouter:
    router, people, gate = APIRouter(prefix="/desk"), attesting.people, attesting.gate

    def relying(request: Request) -> Relying:
        """As which site this page may ask; a press of another site's page is turned away first."""
        origin.check(request)
        found = attesting.relying.of(request)
        if found is None:
            raise Refused("Passkeys need the desk's name, not its address.", code="no-relying-party", status=403)
        return found

    Site = Annotated[Relying, Depends(relying)]  # noqa: N806  # the name of a type

    def reader(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(review.MAY_READ))

    def signer(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(review.MAY_SIGN))

    @router.get("/join")
    async def join_page(request: Request) -> Response:
        return render(request, "join.html", elsewhere=attesting.relying.elsewhere(request), works=_works(request))

    def _works(request: Request) -> bool:
        return attesting.relying.of(request) is not None

    @router.post("/join/options")
    async def join_options(request: Request, site: Site, body: CodeRequest) -> dict[str, Any]:
        with gate.tries.one(request, "join"):
            person, lang = people.invited(body.code), language(request)
        return {
            "options": people.joining(body.code, site),
            "name": person.name,
            "role": words.role(person.role, lang),
            "events": list(person.live_events or ()),
        }

    @router.post("/join")
    async def join(request: Request, site: Site, body: JoinRequest) -> Response:
        with gate.tries.one(request, "join") as tried:
            challenge = passkeys.challenge_made(body.credential)
            made = await people.join(body.code, body.credential, challenge, site)
            tried.right(people.role_of(made), made.id)
        return entered(request, people.cookie(made), "/desk")

    @router.get("/sign-in/passkey")
    async def ask_sign_in(site: Site) -> dict[str, Any]:
        return people.signing_in(site)

    @router.post("/sign-in/passkey")
    async def sign_in(request: Request, site: Site, body: SignInRequest) -> Response:
        answer = Answer.of(body.credential)
        with gate.tries.one(request, "passkey", people.whose(answer)) as tried:
            passkey = await people.sign_in(answer, site)
            tried.right(people.role_of(passkey), passkey.id)
        return entered(request, people.cookie(passkey), safe_path(body.next))

    def entered(request: Request, cookie: str, path: str) -> Response:
        leave(request, gate, desk.presences)
        answer = JSONResponse({"to": path})
        answer.headers.append("Set-Cookie", set_cookie(request.url.scheme, cookie))
        return answer

    @router.get("/{live_event_id}/drafts/{draft_id}/approval")
    async def ask_approval(
        request: Request, actor: Annotated[Actor, Depends(reader)], live_event_id: str, draft_id: UUID
    ) -> dict[str, Any]:
        proposed = desk.deciding.proposed(actor, live_event_id, draft_id)
        asked = attesting.ask(request, lambda at: approval.of_decision(proposed, at))
        return {**asked, "text_sha256": proposed.text_sha256}

    @router.get("/{live_event_id}/run-sheet/approval")
    async def ask_signature(
        request: Request,
        _: Annotated[Actor, Depends(signer)],
        live_event_id: str,
        run_sheet_sha256: Annotated[Sha256, Query()],
    ) -> dict[str, Any]:
        return attesting.ask(request, lambda at: approval.sheet_subject(live_event_id, run_sheet_sha256, at))

    return router

"""A person at the desk as a test drives them: invited by the director, with a software authenticator and a cookie."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from schemas.draft import Draft
from schemas.envelope import Role
from tests.authenticator import Authenticator
from tests.desk_world import EVENT, TOKENS, World

SITE = "https://desk.example"
JSON = {"Accept": "application/json"}
PIN = "280571"


async def add(world: World, name: str, role: Role, *live_events: str) -> dict[str, Any]:
    body: dict[str, Any] = {"name": name, "role": role, "live_events": live_events or (EVENT,)}
    if role is Role.REPORTER:
        body["pin"] = PIN
    answer = await world.ask("director", "POST", "/people", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@dataclass
class Hand:
    """One person's browser on their own device."""

    world: World
    person_id: str
    device: Authenticator
    http: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def of(cls, world: World, name: str, role: Role, *live_events: str) -> "Hand":
        """Added, invited, joined and signed in. Close `http` at the end."""
        person = await add(world, name, role, *live_events)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url=SITE)
        hand = cls(world, person["id"], Authenticator(SITE), http)
        answer = await hand.join(await hand.invited())
        assert answer.status_code == 200, answer.text
        return hand

    async def invited(self, how: str = "invitations") -> str:
        """The code of a new invitation; `how` is `lost` where the passkeys before it end."""
        answer = await self.world.ask("director", "POST", f"/people/{self.person_id}/{how}")
        assert answer.status_code == 201, answer.text
        code: str = answer.json()["code"]
        return code

    async def join(self, code: str, device: Authenticator | None = None) -> httpx.Response:
        self.device = device or self.device
        asked = await self.http.post("/desk/join/options", json={"code": code}, headers=JSON)
        if asked.status_code != 200:
            return asked
        credential = self.device.create(asked.json()["options"])
        return await self.http.post("/desk/join", json={"code": code, "credential": credential}, headers=JSON)

    async def sign_in(self) -> httpx.Response:
        options = (await self.http.get("/desk/sign-in/passkey", headers=JSON)).json()
        body = {"credential": self.device.get(options)}
        return await self.http.post("/desk/sign-in/passkey", json=body, headers=JSON)

    async def asked(self, draft: Draft) -> httpx.Response:
        return await self.http.get(f"/desk/{draft.live_event_id}/drafts/{draft.id}/approval", headers=JSON)

    def signed(self, asked: dict[str, Any]) -> str:
        """What passkey.js puts into the form."""
        said = {"asked_at": asked["asked_at"], "mark": asked["mark"], "credential": self.device.get(asked)}
        return json.dumps(said)

    async def approve(self, draft: Draft, assertion: str | None = None) -> httpx.Response:
        """By the form of the page; where it leads says what came of it."""
        form = {"verdict": "approve", "text_sha256": draft.text_sha256}
        if assertion is not None:
            form["assertion"] = assertion
        answer = await self.http.post(f"/desk/{draft.live_event_id}/drafts/{draft.id}/decision", data=form)
        await self.world.settle()
        return answer


async def key_signed_in(world: World, role: str) -> dict[str, str]:
    """The headers of somebody who signed in with a role's key."""
    answer = await world.http.post("/desk/sign-in", data={"token": TOKENS[role], "next": "/desk"})
    world.http.cookies.clear()
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}

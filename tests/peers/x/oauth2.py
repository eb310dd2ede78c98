"""OAuth 2.0 with PKCE: consent, code, tokens that expire, and refresh tokens that work once."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from aiohttp import web
from yarl import URL

from tests.peers.x.accounts import Account
from tests.peers.x.peer import Peer
from tests.peers.x.store import Grant

Form = Mapping[str, object]


@dataclass(frozen=True)
class Code:
    user_id: str
    client_id: str
    redirect_uri: str
    challenge: str
    scopes: tuple[str, ...]
    expires_s: float


class Logins:
    """`consenting` is who sits before the browser: a person who says yes, or nobody, which is a no."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._codes: dict[str, Code] = {}
        self.consenting: Account | None = peer.first

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """What a person's browser would open; consent is given or refused at once, as the tests say."""
        asked = request.query
        known = (self._peer.first.client_id, self._peer.first.public_client_id)
        if (
            asked.get("response_type") != "code"
            or asked.get("client_id") not in known
            or asked.get("code_challenge_method") != "S256"
            or len(asked.get("code_challenge", "")) != 43
            or not {"redirect_uri", "state", "scope"} <= set(asked)
        ):
            return web.Response(status=400, text="Something went wrong: You weren't able to give access to the App.")
        back = URL(asked["redirect_uri"])
        if self.consenting is None:
            raise web.HTTPFound(back.update_query(state=asked["state"], error="access_denied"))
        code = secrets.token_urlsafe(32)
        self._codes[code] = Code(
            self.consenting.user_id,
            asked["client_id"],
            asked["redirect_uri"],
            asked["code_challenge"],
            tuple(asked["scope"].split()),
            self._peer.now_s() + self._peer.settings.code_life_s,
        )
        raise web.HTTPFound(back.update_query(state=asked["state"], code=code))

    async def token(self, request: web.Request) -> web.StreamResponse:
        self._peer.requests.append("token")
        fault = self._peer.faults.take("token", None)
        if fault is not None:
            return await self._peer.faults.answer(fault, request, self._token, self._peer.now_s())
        return await self._token(request)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        client_id = self._client(request, form)
        if client_id is None:
            return _error(401, "unauthorized_client", "Missing valid authorization header")
        if form.get("grant_type") == "authorization_code":
            return self._exchange(form, client_id)
        if form.get("grant_type") == "refresh_token":
            return self._refresh(str(form.get("refresh_token", "")), client_id)
        return _error(400, "unsupported_grant_type", "Value passed for the grant type was invalid.")

    def _client(self, request: web.Request, form: Form) -> str | None:
        app, header = self._peer.first, request.headers.get("Authorization")
        if header is None:
            return app.public_client_id if form.get("client_id") == app.public_client_id else None
        wanted = "Basic " + base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
        return app.client_id if hmac.compare_digest(header, wanted) else None

    def _exchange(self, form: Form, client_id: str) -> web.Response:
        code = self._codes.pop(str(form.get("code", "")), None)  # once, whatever comes of it
        if code is None or code.expires_s < self._peer.now_s() or code.client_id != client_id:
            return _error(400, "invalid_request", "Value passed for the authorization code was invalid.")
        if form.get("redirect_uri") != code.redirect_uri:
            return _error(
                400, "invalid_request", "Value passed for the redirect uri did not match the uri of the code."
            )
        digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
            return _error(
                400, "invalid_request", "Value passed for the code verifier did not match the code challenge."
            )
        return self.answer(self.grant(code.user_id, client_id, code.scopes))

    def _refresh(self, refresh: str, client_id: str) -> web.Response:
        grant = next((g for g in self._peer.store.grants.values() if refresh in (g.refresh, *g.spent)), None)
        if grant is None or grant.revoked or grant.client_id != client_id or not refresh:
            return _error(400, "invalid_request", "Value passed for the token was invalid.")
        if refresh in grant.spent:
            # Used twice, so one of the two is a thief: nobody keeps anything (RFC 9700, 4.14.2).
            self._peer.store.keep(replace(grant, revoked=True))
            return _error(400, "invalid_request", "Value passed for the token was invalid.")
        return self.answer(self._renewed(grant))

    def grant(self, user_id: str, client_id: str, scopes: tuple[str, ...], life_s: float | None = None) -> Grant:
        expires_ms = self._expires_ms(life_s)
        refresh = secrets.token_urlsafe(32) if "offline.access" in scopes else ""
        made = Grant(secrets.token_hex(8), user_id, client_id, scopes, secrets.token_urlsafe(32), refresh, expires_ms)
        self._peer.store.keep(made)
        return made

    def _renewed(self, grant: Grant) -> Grant:
        renewed = replace(
            grant,
            access=secrets.token_urlsafe(32),
            refresh=secrets.token_urlsafe(32),
            expires_ms=self._expires_ms(None),
            spent=(*grant.spent, grant.refresh),
        )
        self._peer.store.keep(renewed)
        return renewed

    def _expires_ms(self, life_s: float | None) -> int:
        return self._peer.now_ms() + int((self._peer.settings.token_life_s if life_s is None else life_s) * 1000)

    def answer(self, grant: Grant) -> web.Response:
        body = {
            "token_type": "bearer",
            "expires_in": (grant.expires_ms - self._peer.now_ms() + 999) // 1000,
            "access_token": grant.access,
            "scope": " ".join(grant.scopes),
        }
        return web.json_response(body | ({"refresh_token": grant.refresh} if grant.refresh else {}))

    async def revoke(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if self._client(request, form) is None:
            return _error(401, "unauthorized_client", "Missing valid authorization header")
        for grant in list(self._peer.store.grants.values()):
            if form.get("token") in (grant.access, grant.refresh):
                self._peer.store.keep(replace(grant, revoked=True))
        return web.json_response({"revoked": True})


def _error(status: int, error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=status)

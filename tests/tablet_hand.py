"""A tablet as a test drives it: own key, counter, signed requests; and the records a director's desk would write."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from producers.client import new_id
from schemas.enrolment import ENROLMENTS_OF, INVITATION_S, Invitation, Person, PublicKey, Tablet
from schemas.topics import ENROLMENTS
from streams.bus import Bus
from streams.clock import Clock
from streams.enrolments import code_sha256
from streams.pins import make_pin
from streams.sealing import seal
from tests.examples import DIRECTOR
from tests.intake_records import PUBLIC

UPDATES = "/api/v1/live-events/knee-2026/updates"
PIN_KEY, SESSION_KEY = b"p" * 32, b"s" * 32
PIN = "280571"
CODE, OTHER_CODE = "MFRGGZDFMZTWQ2LKNNWG23TPOA", "ORSXG5DFMRZSA33GEBZG63LFOI"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def update(text: str = "Going to plan", update_id: UUID | None = None, **changes: Any) -> bytes:
    sealed = seal(PUBLIC, json.dumps({"text": text}).encode())
    return json.dumps({"update_id": str(update_id or new_id()), "sealed": sealed} | changes).encode()


def id_in(body: bytes) -> str:
    return str(json.loads(body)["update_id"])


@dataclass
class Hand:
    """One tablet. `asks` makes headers and body once; the same may be sent as often as one likes."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    tablet_id: str = ""
    counter: int = 0
    time: str = "2026-12-01T09:00:00.000Z"
    token: str | None = None

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": b64(numbers.x.to_bytes(32)), "y": b64(numbers.y.to_bytes(32))}

    def headers(self, method: str, path: str, body: bytes = b"", update_id: str = "") -> dict[str, str]:
        self.counter += 1
        digest = hashlib.sha256(body).hexdigest()
        parts = ("scrubcast/tablet/v1", method, path, self.time, str(self.counter), update_id, digest)
        r, s = decode_dss_signature(self.key.sign("\n".join(parts).encode(), ec.ECDSA(hashes.SHA256())))
        return {
            "Scrubcast-Device": self.tablet_id,
            "Scrubcast-Time": self.time,
            "Scrubcast-Counter": str(self.counter),
            "Scrubcast-Signature": b64(r.to_bytes(32) + s.to_bytes(32)),
            "Content-Type": "application/json",
        } | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    async def enrol(self, client: httpx.AsyncClient, code: str = CODE, name: str = "OR 3") -> httpx.Response:
        body = {"code": code, "public_key": self.jwk, "name": name}
        answer = await client.post("/api/v1/enrolments", json=body)
        if answer.status_code == 201:
            self.tablet_id = answer.json()["tablet_id"]
        return answer

    async def get(self, client: httpx.AsyncClient, path: str) -> httpx.Response:
        return await client.get(path, headers=self.headers("GET", path))

    async def sign_in(self, client: httpx.AsyncClient, person_id: UUID, pin: str = PIN) -> httpx.Response:
        body = json.dumps({"person_id": str(person_id), "pin": pin}).encode()
        headers = self.headers("POST", "/api/v1/sessions", body)
        headers.pop("Authorization", None)
        answer = await client.post("/api/v1/sessions", content=body, headers=headers)
        if answer.status_code == 200:
            self.token = answer.json()["token"]
        return answer

    async def send(self, client: httpx.AsyncClient, body: bytes) -> httpx.Response:
        headers = self.headers("POST", UPDATES, body, id_in(body))
        return await client.post(UPDATES, content=body, headers=headers)

    async def undo(self, client: httpx.AsyncClient, update_id: str) -> httpx.Response:
        path = f"{UPDATES}/{update_id}/undo"
        return await client.post(path, headers=self.headers("POST", path, b"", update_id))


@dataclass
class Desk:
    """What the director writes."""

    bus: Bus
    clock: Clock

    def _head(self) -> dict[str, Any]:
        return {"live_event_id": ENROLMENTS_OF, "at": self.clock.now(), "actor": DIRECTOR}

    async def invite(self, code: str = CODE, **changes: Any) -> Invitation:
        expires_at = self.clock.now() + timedelta(seconds=INVITATION_S)
        fields = {"id": uuid4(), "code_sha256": code_sha256(code), "expires_at": expires_at} | changes
        record = Invitation(**self._head(), **fields)
        await self.bus.send(ENROLMENTS, record)
        return record

    async def add(self, name: str = "Noor", pin: str = PIN, person_id: UUID | None = None, **changes: Any) -> Person:
        kept = make_pin(pin, salt=uuid4().bytes, pepper=PIN_KEY)
        record = Person(
            **self._head(), **({"id": person_id or uuid4(), "name": name, "initials": name[:2], "pin": kept} | changes)
        )
        await self.bus.send(ENROLMENTS, record)
        return record

    async def tablet(self, name: str, **changes: Any) -> Tablet:
        """One that took an invitation up, as intake writes it."""
        invited, key = await self.invite(str(uuid4())), PublicKey.model_validate(Hand().jwk)
        fields = {"public_key": key, "invitation_id": invited.id, "enrolled_at": self.clock.now(), "state": "enrolled"}
        record = Tablet(**self._head(), **({"id": uuid4(), "name": name} | fields | changes))
        await self.bus.send(ENROLMENTS, record)
        return record

    async def remove(self, person: Person) -> None:
        await self.bus.send(ENROLMENTS, person.model_copy(update={"state": "removed"}))

    async def revoke(self, tablet_id: str, by: str = "director") -> None:
        found = [Tablet.decode(m.value or b"") for m in self._records() if b'"kind":"tablet"' in (m.value or b"")]
        tablet = next(t for t in found if str(t.id) == tablet_id)
        changes = {"state": "revoked", "revoked_at": self.clock.now(), "revoked_by": by}
        await self.bus.send(ENROLMENTS, tablet.model_copy(update=changes))

    def _records(self) -> Any:
        return self.bus.everything(ENROLMENTS.name)  # type: ignore[attr-defined]  # of the bus in memory

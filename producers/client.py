"""The way programs write updates: sealed as a tablet seals them, tried again safely, with a receipt for each."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, Self
from uuid import UUID

import httpx
import uuid_utils

from producers.intake.shown import LiveEvents, ShownLiveEvent
from schemas.errors import Refused, Unavailable
from schemas.submission import TEXT_MAX, IntakeReceipt, SubmissionRequest, Written
from streams.sealing import seal

TRIES_MAX = 12  # with the waits below about a minute and a half: longer than any restart of ours
WAIT_MAX_S = 15.0
ANSWER_S = 10.0  # twice what intake waits for Kafka
UNFINISHED_MAX = 1_000  # sealed updates kept for another call after intake was away; 16 MB at the most
AGAIN = frozenset({429, 502, 503, 504})


@dataclass
class Client:
    """Speaks to one intake as one device. Use it as an async context manager, or aclose() it.

    `transport` and `sleep` are for tests; `now` stamps what is written inside the seal.
    """

    base_url: str
    token: str = field(repr=False)
    device: str = "program"
    transport: httpx.AsyncBaseTransport | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    tries_max: int = TRIES_MAX

    def __post_init__(self) -> None:
        self._http = httpx.AsyncClient(
            base_url=self.base_url.rstrip("/"),
            headers={"Authorization": f"Bearer {self.token}", "Scrubcast-Device": self.device},
            timeout=ANSWER_S,
            transport=self.transport,
        )
        self._live_events: dict[str, ShownLiveEvent] = {}
        self._unfinished: dict[UUID, bytes] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def live_events(self) -> tuple[ShownLiveEvent, ...]:
        """Those that are open."""
        found = LiveEvents.model_validate(await self._ask("GET", "/api/v1/live-events"))
        self._live_events |= {event.id: event for event in found.items}
        return found.items

    async def live_event(self, live_event_id: str) -> ShownLiveEvent:
        """One of them, open or closed; remembered, because its key is needed for each update."""
        if live_event_id not in self._live_events:
            found = await self._ask("GET", f"/api/v1/live-events/{live_event_id}")
            self._live_events[live_event_id] = ShownLiveEvent.model_validate(found)
        return self._live_events[live_event_id]

    async def submit(
        self,
        live_event_id: str,
        text: str,
        *,
        update_id: UUID | None = None,
        lang: Literal["en", "de", "nl"] | None = None,
        phase: str | None = None,
        run_sheet_item: str | None = None,
        corrects: UUID | None = None,
    ) -> IntakeReceipt:
        """The receipt, once Kafka has the update. Raises Refused for good, or Unavailable after the last try.

        Every try sends the very same bytes under the same id, so that an answer that was lost costs nothing; so does
        another call with that id after Unavailable, on the same client. `corrects`: an update that has its receipt.
        """
        update_id = update_id or new_id()
        body = self._unfinished.get(update_id)
        if body is None:
            event = await self.live_event(live_event_id)
            written = Written(
                text=text, lang=lang, update_id=update_id, live_event_id=live_event_id, written_at=self.now()
            )
            body = _sealed(event, written, update_id, phase=phase, run_sheet_item=run_sheet_item, corrects=corrects)
            self._keep(update_id, body)
        try:
            answer = await self._ask("POST", f"/api/v1/live-events/{live_event_id}/updates", body)
        except Refused:
            self._unfinished.pop(update_id, None)
            raise
        self._unfinished.pop(update_id, None)
        return IntakeReceipt.model_validate(answer)

    def _keep(self, update_id: UUID, body: bytes) -> None:
        if len(self._unfinished) >= UNFINISHED_MAX:
            raise Unavailable(f"{UNFINISHED_MAX:,} updates wait already.", retry_after_s=WAIT_MAX_S)
        self._unfinished[update_id] = body

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        headers = {} if body is None else {"Content-Type": "application/json"}
        after_s: float | None = None
        said = "it does not answer"
        for tried in range(self.tries_max):
            if tried > 0:
                await self.sleep(after_s if after_s is not None else _backoff_s(tried))
            try:
                answer = await self._http.request(method, path, content=body, headers=headers)
            except httpx.TransportError:
                after_s, said = None, "it does not answer"
                continue
            if answer.status_code in AGAIN:
                after_s, said = _retry_after_s(answer), str(_refused(answer))
                continue
            if answer.is_success:
                return answer.json()
            raise _refused(answer)
        raise Unavailable(f"Intake did not take it in {self.tries_max} tries: {said}", retry_after_s=WAIT_MAX_S)


def _sealed(
    event: ShownLiveEvent,
    written: Written,
    update_id: UUID,
    *,
    phase: str | None,
    run_sheet_item: str | None,
    corrects: UUID | None,
) -> bytes:
    if update_id.version != 7:
        raise Refused("`update_id` has to be a UUID of version 7.", code="bad-id")
    if len(written.text) > TEXT_MAX:
        raise Refused(f"The update is too long: at most {TEXT_MAX:,} characters.", code="too-long", status=413)
    request = SubmissionRequest(
        update_id=update_id,
        sealed=seal(event.sealing_key, written.model_dump_json(exclude_none=True).encode()),
        phase=phase,
        run_sheet_item=run_sheet_item,
        corrects=corrects,
    )
    return request.model_dump_json(exclude_none=True).encode()


def new_id() -> UUID:
    return UUID(bytes=uuid_utils.uuid7().bytes)


def _backoff_s(tried: int) -> float:
    return min(WAIT_MAX_S, 0.25 * 2.0**tried) * random.uniform(0.5, 1.0)  # noqa: S311  # spreads retries, guards nothing


def _retry_after_s(answer: httpx.Response) -> float | None:
    try:
        return min(WAIT_MAX_S, max(0.0, float(answer.headers["Retry-After"])))
    except (KeyError, ValueError):
        return None


def _refused(answer: httpx.Response) -> Refused:
    """What the problem says: intake never repeats in it what was sent."""
    try:
        problem = answer.json()
        code, detail = str(problem["type"]).removeprefix("urn:scrubcast:"), str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        code, detail = f"http-{answer.status_code}", f"Intake answered {answer.status_code}."
    return Refused(detail, code=code, status=answer.status_code)

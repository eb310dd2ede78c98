"""The way programs write updates: sealed as a tablet seals them, tried again safely, with a receipt for each."""

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from uuid import UUID

import httpx
import uuid_utils

from producers.client_outbox import Entry, Outbox, SetAside
from producers.intake.shown import LiveEvents, ShownLiveEvent
from schemas.envelope import sha256_hex
from schemas.errors import Refused, Unavailable
from schemas.submission import TEXT_MAX, IntakeReceipt, SubmissionRequest, Written
from streams.sealing import seal

TRIES_MAX = 12  # with the waits below about a minute and a half: longer than any restart of ours
WAIT_MAX_S = 15.0
ANSWER_S = 10.0  # twice what intake waits for Kafka
UNFINISHED_MAX = 1_000  # sealed updates kept for another call after intake was away; 16 MB at the most
TURN_S = 180.0  # for another process that sends from the same outbox: longer than one's patience
LOOK_S = 0.05  # how often it is looked whether that one is done; a person does not notice it
AGAIN = frozenset({429, 502, 503, 504})
NOT_THE_UPDATES_FAULT = frozenset({401, 403})  # the token's: with another one the very same update is taken
FOREIGN = "http-"  # begins the code of an answer that is not intake's own, such as that of a hospital's wifi portal

T = TypeVar("T")


@dataclass
class Client:
    """Speaks to one intake as one device. Use it as an async context manager, or aclose() it.

    `verify` is what an intake over TLS is checked against: the public authorities, or a context that trusts another.
    With an `outbox` each update is on disk, sealed, before it is sent, and what could not be sent goes first at the
    next call; `aside` is told of those that intake refused then. Without one, updates wait in memory alone.
    `transport` and `sleep` are for tests; `now` stamps what is written inside the seal.
    """

    base_url: str
    token: str = field(repr=False)
    device: str = "program"
    outbox: Outbox | None = None
    aside: Callable[[SetAside], None] = lambda _: None
    verify: ssl.SSLContext | bool = True
    transport: httpx.AsyncBaseTransport | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    tries_max: int = TRIES_MAX

    def __post_init__(self) -> None:
        self._http = httpx.AsyncClient(
            base_url=self.base_url.rstrip("/"),
            headers={"Authorization": f"Bearer {self.token}", "Scrubcast-Device": self.device},
            timeout=ANSWER_S,
            verify=self.verify,
            transport=self.transport,
        )
        self._live_events: dict[str, ShownLiveEvent] = {}
        self._unfinished: dict[UUID, Entry] = {}
        self._refusals: dict[UUID, Refused] = {}  # of those set aside by this client: their own words for the caller

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
        found = await self._ask("GET", "/api/v1/live-events", LiveEvents.model_validate)
        self._live_events |= {event.id: event for event in found.items}
        return found.items

    async def live_event(self, live_event_id: str) -> ShownLiveEvent:
        """One of them, open or closed; remembered, because its key is needed for each update."""
        if live_event_id not in self._live_events:
            found = await self._ask("GET", f"/api/v1/live-events/{live_event_id}", ShownLiveEvent.model_validate)
            self._live_events[live_event_id] = found
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
        another call with that id after Unavailable: on the same client, or on any with the same outbox until the
        receipt was acknowledged there. `corrects`: an update that has its receipt, or waits before this one.
        """
        update_id = update_id or new_id()

        async def made() -> Entry:
            written = Written(
                text=text, lang=lang, update_id=update_id, live_event_id=live_event_id, written_at=self.now()
            )
            key = await self._key(live_event_id)
            request = _sealed(key, written, update_id, phase=phase, run_sheet_item=run_sheet_item, corrects=corrects)
            body = request.model_dump_json(exclude_none=True).encode()
            return Entry(update_id, live_event_id, self.device, body, sha256_hex(request.sealed))

        if self.outbox is None:
            return await self._in_memory(update_id, made)
        return await self._by_disk(self.outbox, update_id, made)

    async def flush(self, live_event_id: str) -> None:
        """Sends what waits in the outbox for it, oldest first; receipts stay there until they are acknowledged.

        Raises Unavailable when intake is away, or another process goes on sending for too long.
        """
        assert self.outbox is not None, "only an outbox on disk keeps anything for later"
        await self._turn(self.outbox, live_event_id, lambda: False)

    async def _by_disk(self, outbox: Outbox, update_id: UUID, make: Callable[[], Awaitable[Entry]]) -> IntakeReceipt:
        earlier, waits = outbox.receipt(update_id), outbox.find(update_id)
        if earlier is not None:
            if waits is not None:  # a process died between the two
                outbox.receive(waits, earlier)
            return earlier
        entry = waits if waits is not None else await asyncio.to_thread(outbox.add, await make())

        def settled() -> bool:
            return outbox.receipt(update_id) is not None or outbox.refusal(entry) is not None

        await self._turn(outbox, entry.live_event_id, settled)
        receipt, code = outbox.receipt(update_id), outbox.refusal(entry)
        if receipt is None:
            raise self._refusals.pop(update_id, Refused("Intake refused it.", code=code or "refused"))
        return receipt

    async def _turn(self, outbox: Outbox, live_event_id: str, settled: Callable[[], bool]) -> None:
        """Sends all that waits, one caller at a time; or waits until another one has settled what is asked for."""
        deadline = asyncio.get_running_loop().time() + TURN_S
        while not settled():
            with outbox.sending() as mine:
                if mine:
                    await self._send_all(outbox, live_event_id)
                    return
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(f"Another process is sending from {outbox.folder}.", retry_after_s=WAIT_MAX_S)
            await asyncio.sleep(LOOK_S)

    async def _send_all(self, outbox: Outbox, live_event_id: str) -> None:
        for damaged in outbox.set_damaged_aside():
            self.aside(damaged)
        while waiting := outbox.waiting(live_event_id):  # looked at again: another process may have added meanwhile
            for entry in waiting:
                await self._send(outbox, entry)

    async def _send(self, outbox: Outbox, entry: Entry) -> None:
        try:
            receipt = await self._post(entry)
        except Refused as error:
            if error.status in NOT_THE_UPDATES_FAULT:
                raise
            if error.code == "wrong-key":
                outbox.forget_key(entry.live_event_id)
                self._live_events.pop(entry.live_event_id, None)
            self._refusals[entry.update_id] = error
            self.aside(await asyncio.to_thread(outbox.refuse, entry, error))
            return
        await asyncio.to_thread(outbox.receive, entry, receipt)

    async def _in_memory(self, update_id: UUID, make: Callable[[], Awaitable[Entry]]) -> IntakeReceipt:
        entry = self._unfinished.get(update_id)
        if entry is None:
            entry = await make()
            if len(self._unfinished) >= UNFINISHED_MAX:
                raise Unavailable(f"{UNFINISHED_MAX:,} updates wait already.", retry_after_s=WAIT_MAX_S)
            self._unfinished[update_id] = entry
        try:
            receipt = await self._post(entry)
        except Refused:
            self._unfinished.pop(update_id, None)
            raise
        self._unfinished.pop(update_id, None)
        return receipt

    async def _key(self, live_event_id: str) -> dict[str, str]:
        """The public key to seal to: with an outbox at once, as last fetched, so that nothing waits in the clear."""
        kept = None if self.outbox is None else self.outbox.key(live_event_id)
        if kept is not None:
            return kept
        key = (await self.live_event(live_event_id)).sealing_key
        if self.outbox is not None:
            self.outbox.keep_key(live_event_id, key)
        return key

    async def _post(self, entry: Entry) -> IntakeReceipt:
        path = f"/api/v1/live-events/{entry.live_event_id}/updates"
        return await self._ask("POST", path, IntakeReceipt.model_validate, entry)

    async def _ask(self, method: str, path: str, read: Callable[[Any], T], entry: Entry | None = None) -> T:
        headers = {} if entry is None else {"Content-Type": "application/json", "Scrubcast-Device": entry.device}
        body = None if entry is None else entry.body
        after_s: float | None = None
        said = "it does not answer"
        for tried in range(self.tries_max):
            if tried > 0:
                await self.sleep(after_s if after_s is not None else _backoff_s(tried))
            after_s = None
            try:
                answer = await self._http.request(method, path, content=body, headers=headers)
            except httpx.TransportError:
                said = "it does not answer"
                continue
            if answer.status_code in AGAIN:
                after_s, said = _retry_after_s(answer), str(_refused(answer))
                continue
            if not answer.is_success:
                refused = _refused(answer)
                if not refused.code.startswith(FOREIGN):
                    raise refused
                said = f"something else answers {answer.status_code} in its place"
                continue
            try:
                return read(answer.json())
            except ValueError:
                said = f"something else answers {answer.status_code} in its place"
        raise Unavailable(f"Intake did not take it in {self.tries_max} tries: {said}", retry_after_s=WAIT_MAX_S)


def _sealed(
    key: dict[str, str],
    written: Written,
    update_id: UUID,
    *,
    phase: str | None,
    run_sheet_item: str | None,
    corrects: UUID | None,
) -> SubmissionRequest:
    if update_id.version != 7:
        raise Refused("`update_id` has to be a UUID of version 7.", code="bad-id")
    if len(written.text) > TEXT_MAX:
        raise Refused(f"The update is too long: at most {TEXT_MAX:,} characters.", code="too-long", status=413)
    return SubmissionRequest(
        update_id=update_id,
        sealed=seal(key, written.model_dump_json(exclude_none=True).encode()),
        phase=phase,
        run_sheet_item=run_sheet_item,
        corrects=corrects,
    )


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

"""The one place where stages are put together: settings in, a running stage out. Vendors are imported where used."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from deploy import lan, open_files
from deploy.listening import PLAIN_HTTP, may_listen
from deploy.stage import Running
from schemas.errors import Broken, Refused
from streams.auth import Tokens
from streams.clock import Clock, SystemClock

if TYPE_CHECKING:
    import ssl

    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from deploy.settings import Settings
    from deploy.settings import Tls as TlsSettings
    from schemas.live_event import LiveEvent
    from streams.scrub.stage import Scrubber

DAY_S = 86_400
ROOM_BYTES_MIN = 32 * 1024 * 1024  # thousands of updates, each on ten topics and in the archive
SWEEP_S = 60.0  # how long scrub may remember what it read after another process has destroyed the keys
CERTIFICATE_LOOK_S = 60.0
SHUTDOWN_S = 2  # open event streams are cut after it; their readers reconnect


async def intake(running: Running) -> None:
    from producers.intake.app import create_app  # noqa: PLC0415  # each stage imports its own vendors only

    settings = running.settings
    async with running.bus(for_people=True) as bus:
        app = create_app(
            bus,
            Tokens.of(running.home.tokens()),
            SystemClock(),
            updates_per_minute=settings.intake.updates_per_minute,
            page_url=settings.public_page_url(),
            has_room=_room_on(running.home.root),
            session_key=running.home.session_key(),
            pin_key=running.home.pin_key(),
            enrolled_only=settings.intake.enrolled_only,
            installation=settings.intake.installation,
        )
        await _serve(running, app, settings.intake.host, settings.intake.port)


def _room_on(folder: Path) -> Callable[[], bool]:
    """Where the broker is embedded its disk is that of the data folder; a cluster watches its own."""
    return lambda: shutil.disk_usage(folder).free >= ROOM_BYTES_MIN


async def desk(running: Running) -> None:
    from deploy.accounts import checking  # noqa: PLC0415  # as above
    from deploy.anchoring import signed_root  # noqa: PLC0415  # as above
    from deploy.audit_pages import audit_pages  # noqa: PLC0415  # as above
    from deploy.policy_files import policies  # noqa: PLC0415  # as above
    from deploy.previewing import compose  # noqa: PLC0415  # as above
    from deploy.redrafting import Redrafting  # noqa: PLC0415  # as above
    from deploy.retention import days_of, times_of  # noqa: PLC0415  # as above
    from producers.desk.app import create_app  # noqa: PLC0415  # as above
    from producers.desk.relying import RelyingParty  # noqa: PLC0415  # as above
    from streams.vault import Vault  # noqa: PLC0415  # as above

    settings, clock = running.settings, SystemClock()
    vault = Vault(running.home.vault, running.home.kek())
    known = policies(settings)
    screen = Redrafting(vault, clock, settings.scrub, known)
    async with running.bus(for_people=True) as bus:
        app = create_app(
            bus,
            Tokens.of(running.home.tokens()),
            clock,
            vault,
            screen=screen,
            policy_of=known.ref,
            policies=known.by_name,
            session_key=running.home.session_key(),
            pin_key=running.home.pin_key(),
            page_url=settings.public_page_url(),
            intake_url=settings.public_intake_url(),
            known_platforms=settings.known_platforms,
            has_credentials=settings.has_credentials,
            check_account=checking(settings, clock) if settings.desk.check_accounts else None,
            forget=screen.forget,
            times=times_of(settings),
            held=running.home.held,
            relying=RelyingParty(settings.desk.origin, settings.desk.rp_id, _own_name(settings)),
            passkeys_only=settings.desk.passkeys_only,
            house=settings.intake.installation,
            root_of=partial(signed_root, running.home.archive),
            beside=audit_pages(
                running.home, bus, clock, known, vault=vault, scrub=settings.scrub, days=days_of(settings)
            ),
            compose=compose,
        )
        await _serve(running, app, settings.desk.host, settings.desk.port)


def _own_name(settings: "Settings") -> str:
    """The name of this machine on the local net, where a certificate of ours names it: passkeys take no addresses."""
    if not settings.tls.is_private:
        return ""
    names = lan.of_this_machine(settings.tls.names)
    return next((name for name in names.dns() if "." in name), "")


async def page(running: Running) -> None:
    from consumers.page.app import create_app  # noqa: PLC0415  # as above

    settings = running.settings
    async with running.bus() as bus:
        app = create_app(bus, SystemClock(), readers_max=open_files.allow(settings.page.readers_max))
        await _serve(running, app, settings.page.host, settings.page.port)


async def trust(running: Running) -> None:
    """The one page in plain HTTP; it needs no Kafka and tells nothing but the authority's certificate."""
    from deploy.settings import Tls as TlsSettings  # noqa: PLC0415  # as above
    from deploy.trust import create_app  # noqa: PLC0415  # as above

    settings = running.settings
    if settings.tls.ca_file is None:
        raise Refused("There is no authority of our own to trust: `scrubcast up --lan` makes one.", code="no-authority")
    app = create_app(settings.tls.ca_file, settings.public_intake_url())
    await serve(running, app, settings.trust.host, settings.trust.port, TlsSettings())


async def scrub(running: Running) -> None:
    from deploy.policy_files import policies  # noqa: PLC0415  # as above
    from deploy.second_opinions import detectors  # noqa: PLC0415  # as above
    from schemas.live_event import LiveEvent  # noqa: PLC0415  # as above
    from schemas.topics import LIVE_EVENTS, SUBMISSIONS  # noqa: PLC0415  # as above
    from streams import app as engine  # noqa: PLC0415  # as above
    from streams.bus import Message  # noqa: PLC0415  # as above
    from streams.quarantine import Limit  # noqa: PLC0415  # as above
    from streams.scrub.bound import forget, screening_of  # noqa: PLC0415  # as above
    from streams.scrub.stage import Scrubber, Sources  # noqa: PLC0415  # as above
    from streams.vault import Vault  # noqa: PLC0415  # as above
    from streams.views import View  # noqa: PLC0415  # as above

    live_events: dict[str, LiveEvent] = {}
    known = policies(running.settings)  # first of all: no record is read under a policy that is wrong
    screening = partial(screening_of, detectors=detectors(running.settings.scrub), policies=known)

    def apply(message: Message) -> None:
        with suppress(Refused):  # of an event that cannot be read updates are held, as of an unknown one
            found = LiveEvent.decode(message.value or b"")
            live_events[found.live_event_id] = found

    async with running.bus() as bus:
        view = View(bus, [LIVE_EVENTS.name], apply)

        async def changed(timeout_s: float) -> None:
            await view.changed(view.version, timeout_s)

        clock = SystemClock()
        reading = asyncio.create_task(view.keep(clock))
        await view.ready()
        sources = Sources(live_events.get, changed, screening, known.get("strict"), forget)
        vault = Vault(running.home.vault, running.home.kek())
        scrubber = Scrubber(bus, vault, clock, sources, Limit("scrub"))
        sweeping = asyncio.create_task(_sweep(scrubber, clock))
        datadir = running.home.run / "faust"
        datadir.mkdir(parents=True, exist_ok=True)  # the engine dies where the parent of its folder is missing
        apps = engine.build(
            running.settings.connection("scrub"),
            scrubber.handle,
            instance=running.settings.scrub.instance,
            partitions=await bus.partitions(SUBMISSIONS.name),
            datadir=str(datadir),
        )
        try:
            await engine.run(apps, running.stop, running.ready)
        finally:
            reading.cancel()
            sweeping.cancel()


async def _sweep(scrubber: "Scrubber", clock: Clock) -> None:
    while True:
        await clock.sleep(SWEEP_S)
        with suppress(Broken, OSError, ValueError):  # a vault that is just being overwritten: looked at again next time
            scrubber.sweep()


async def poster(running: Running) -> None:
    from consumers.poster.worker import run  # noqa: PLC0415  # as above
    from deploy.destinations import Destinations  # noqa: PLC0415  # as above

    clock = SystemClock()
    async with running.bus() as bus:
        poster, destinations = running.settings.poster, Destinations(running.settings, bus, clock)
        try:
            await run(
                bus,
                clock,
                destinations,
                writer=uuid4(),
                stop=running.stop,
                ready=running.ready,
                instance=poster.instance,
                accounts=poster.accounts,
                checks=running.settings.checks(),
                seal=_sealed,
            )
        finally:
            await destinations.close()


def _sealed(live_event: "LiveEvent", text: bytes) -> str | None:
    from streams.sealing import seal  # noqa: PLC0415  # only where somebody has put a text there that is not ours

    return seal(live_event.sealing_key, text) if live_event.sealing_key else None


async def archive(running: Running) -> None:
    from consumers.archive.derived import Derived  # noqa: PLC0415  # as above
    from consumers.archive.disk import RealDisk  # noqa: PLC0415  # as above
    from consumers.archive.expiry import Expiry  # noqa: PLC0415  # as above
    from consumers.archive.imported import every_log  # noqa: PLC0415  # as above
    from consumers.archive.store import Store  # noqa: PLC0415  # as above
    from consumers.archive.worker import run  # noqa: PLC0415  # as above
    from deploy.anchoring import anchored  # noqa: PLC0415  # as above
    from deploy.policy_files import policies  # noqa: PLC0415  # as above

    known = policies(running.settings)
    disk = RealDisk(running.home.archive)
    store = Store(disk, running.home.archive_key(), origin="scrubcast", policy_document=known.document)
    derived = Derived(running.home.archive_search, lambda: every_log(running.home.archive))
    expiry = Expiry(running.home.archive, store, running.settings.retention.log_days, derived=derived.drop)
    async with anchored(running.settings.archive, running.home), running.bus() as bus:
        await running.until_stopped(run(bus, store, SystemClock(), ready=running.ready, tend=expiry.tend))


STAGES = {
    "intake": intake,
    "scrub": scrub,
    "desk": desk,
    "poster": poster,
    "page": page,
    "archive": archive,
    "trust": trust,
}


async def _serve(running: Running, app: "FastAPI", host: str, port: int) -> None:
    """One web origin, over TLS where its files are set. Raises Refused for plain HTTP that others could reach."""
    settings = running.settings
    if not may_listen(settings, host):
        raise Refused(PLAIN_HTTP.format(stage=running.name, host=host), code="plain-http")
    await serve(running, app, host, port, settings.tls)


async def serve(running: Running, app: "FastAPI", host: str, port: int, tls: "TlsSettings") -> None:
    """Serves until the stop signal; says that it is ready once its own /readyz would."""
    import uvicorn  # noqa: PLC0415  # as above

    config = uvicorn.Config(
        _strict(app, tls), host=host, port=port, loop="none", http="httptools", access_log=False, log_config=None,
        timeout_graceful_shutdown=SHUTDOWN_S, server_header=False, date_header=True, backlog=4096,
        forwarded_allow_ips="*" if running.settings.behind_proxy else None,
    )  # fmt: skip
    config.load()
    beside = _secured(config, tls)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # deploy.stage has them
    serving = asyncio.ensure_future(server.serve())
    announcing = asyncio.ensure_future(_announce(host, port, running.ready, tls=tls.is_set))
    stopping = asyncio.ensure_future(running.stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        _end_streams(app)
        server.should_exit = True
        await serving
    finally:
        for task in (announcing, stopping, *beside):
            task.cancel()


def _strict(app: "FastAPI", tls: "TlsSettings") -> "ASGIApp":
    """Not on an authority of our own: its page on how to trust it is on the same host, in plain HTTP (ADR 16)."""
    from streams.web.headers import StrictTransport  # noqa: PLC0415  # as above

    return StrictTransport(app) if tls.is_set and not tls.is_private else app


def _secured(config: "uvicorn.Config", tls: "TlsSettings") -> "list[asyncio.Task[None]]":
    """Gives the server its certificate, and a task that takes the next one when the files change."""
    if tls.cert_file is None or tls.key_file is None:
        return []
    from deploy.tls import server_context  # noqa: PLC0415  # as above

    config.ssl = context = server_context(tls.cert_file, tls.key_file)
    return [asyncio.create_task(_renewing(context, tls.cert_file, tls.key_file))]


async def _renewing(context: "ssl.SSLContext", cert_file: Path, key_file: Path) -> None:
    """Whoever renews the certificate only writes its files; open connections stay as they are."""
    from deploy.tls import load  # noqa: PLC0415  # as above

    seen = _changed_at(cert_file)
    while True:
        await asyncio.sleep(CERTIFICATE_LOOK_S)
        with suppress(OSError, Refused):  # half written: looked at again next time
            if (changed := _changed_at(cert_file)) != seen:
                load(context, cert_file, key_file)
                seen = changed


def _changed_at(file: Path) -> int:
    return file.stat().st_mtime_ns


def _end_streams(app: "FastAPI") -> None:
    end: Callable[[], None] | None = getattr(app.state, "end_streams", None)
    if end is not None:
        end()


async def _announce(host: str, port: int, ready: Callable[[], None], *, tls: bool) -> None:
    """Asks /readyz as a balancer would; by hand, because an HTTP client would cost each web stage 10 MB."""
    while True:
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(_seen_from_here(host), port, ssl=_anyone() if tls else None)
            writer.write(b"GET /readyz HTTP/1.0\r\nHost: ready\r\n\r\n")
            status = await reader.readline()
            writer.close()
            if b" 200 " in status:
                ready()
                return
        await asyncio.sleep(0.1)


def _seen_from_here(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not listened on


def _anyone() -> "ssl.SSLContext":
    """This process asks itself: whom the certificate names says nothing about whether it answers."""
    import ssl  # noqa: PLC0415  # as above

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context

"""How others reach the web origins of `scrubcast up`: this machine alone in plain HTTP, or the local net over TLS."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from deploy import lan
from deploy.home import Home
from deploy.ports import LOOPBACK, Ports
from deploy.settings import Settings
from schemas.errors import Refused

EVERYWHERE = "0.0.0.0"  # noqa: S104  # that is what --lan asks for, and TLS alone is spoken there


@dataclass(frozen=True)
class Reached:
    """`ca_file` is there when the certificate is our own authority's; `said` are its fingerprint's words."""

    scheme: str = "http"
    url_host: str = LOOPBACK
    cert_file: Path | None = None
    key_file: Path | None = None
    ca_file: Path | None = None
    said: str = ""

    @property
    def is_private(self) -> bool:
        """Whether tablets have to be told to trust its authority, which we made."""
        return bool(self.said)

    @property
    def bound(self) -> str:
        """Where ports have to be free."""
        return LOOPBACK if self.cert_file is None else EVERYWHERE

    def url(self, port: int) -> str:
        return f"{self.scheme}://{self.url_host}:{port}"

    def trust_url(self, ports: Ports) -> str:
        return f"http://{self.url_host}:{ports.trust}/trust"

    def facts(self, ports: Ports) -> dict[str, object]:
        """What the ready file says besides."""
        found: dict[str, object] = {} if self.ca_file is None else {"ca_file": str(self.ca_file)}
        return {**found, "trust_url": self.trust_url(ports)} if self.is_private else found

    def environment(self, settings: Settings, ports: Ports) -> dict[str, str]:
        """What the stages have to know; an address of the owner's own choice stays."""
        if self.cert_file is None or self.key_file is None:
            return {}
        hosts = {"INTAKE": settings.intake.host, "DESK": settings.desk.host, "PAGE": settings.page.host}
        return {
            "SCRUBCAST_TLS__CERT_FILE": str(self.cert_file),
            "SCRUBCAST_TLS__KEY_FILE": str(self.key_file),
            **({"SCRUBCAST_TLS__CA_FILE": str(self.ca_file)} if self.ca_file else {}),
            **{f"SCRUBCAST_{name}__HOST": EVERYWHERE for name, host in hosts.items() if lan.is_loopback(host)},
            "SCRUBCAST_TRUST__HOST": EVERYWHERE,
            "SCRUBCAST_TRUST__PORT": str(ports.trust),
            "SCRUBCAST_INTAKE__PUBLIC_URL": settings.intake.public_url or self.url(ports.intake),
            "SCRUBCAST_PAGE__PUBLIC_URL": settings.page.public_url or self.url(ports.page),
        }

    def renew(self, folder: Path, settings: Settings, say: Callable[[str], None]) -> None:
        """Writes a new certificate of our own when this one nears its end; the stages take it up by themselves."""
        if not self.is_private:
            return
        before = (self.cert_file or folder).stat().st_mtime_ns
        try:
            found = on_lan(folder, settings)
        except (Refused, OSError) as error:
            say(f"the certificate could not be looked after ({type(error).__name__}); it is tried again in an hour")
            return
        if found.said != self.said:
            say(f"the authority is a new one, {found.said}: start scrubcast again, and let tablets trust it")
        elif found.url_host != self.url_host:
            say(f"this machine is at {found.url_host} now, not {self.url_host}: give it a fixed address, or start anew")
        elif found.cert_file and found.cert_file.stat().st_mtime_ns != before:
            say("the certificate was renewed")


def find(home: Home, settings: Settings, *, on_the_lan: bool, cert: Path | None, key: Path | None) -> Reached:
    """What was asked for on the command line, or in settings. Raises Refused when that cannot be had."""
    if (cert is None) != (key is None):
        raise Refused("--tls-cert and --tls-key belong together.", code="bad-tls")
    if cert is not None and key is not None:
        return by_files(cert, key, settings)
    if settings.tls.cert_file is not None and settings.tls.key_file is not None:
        return by_files(settings.tls.cert_file, settings.tls.key_file, settings)
    if on_the_lan:
        return on_lan(home.tls, settings)
    return Reached()


def on_lan(folder: Path, settings: Settings) -> Reached:
    """With a certificate of our own authority, made when it is missing."""
    from deploy import tls  # noqa: PLC0415  # slow to import, and not needed in plain HTTP

    names = lan.of_this_machine(settings.tls.names)
    host = names.url_host
    made = tls.ensure(folder, names, datetime.now(UTC))
    assert made.ca_file is not None
    said = tls.said(tls.fingerprint(made.ca_file))
    return Reached("https", host, made.cert_file, made.key_file, made.ca_file, said)


def by_files(cert: Path, key: Path, settings: Settings) -> Reached:
    """With a certificate that others keep: its first name stands in URLs, unless another is chosen."""
    from deploy import tls  # noqa: PLC0415  # as above

    loaded = tls.given(cert, key, settings.tls.ca_file)
    named = Reached("https", "", loaded.cert_file, loaded.key_file, loaded.ca_file)
    chosen = (*settings.tls.names, *filter(None, [tls.first_name(cert)]))
    if not chosen:
        raise Refused(f"{cert} names no host by itself. Name one with SCRUBCAST_TLS__NAMES.", code="no-name")
    return replace(named, url_host=lan.Names(chosen, "", ()).url_host)

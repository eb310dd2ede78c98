"""Speaking to a running system: found by its data folder, or by SCRUBCAST_URL and SCRUBCAST_DESK_URL with a token."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from deploy.home import Home
from deploy.settings import Settings, load
from schemas.envelope import Role
from schemas.errors import Refused, Unavailable

if TYPE_CHECKING:
    import ssl

TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Remote:
    """Addresses of a system, and the token for each role that this person holds."""

    url: str
    desk_url: str
    settings: Settings
    home: Home
    ca_file: Path | None = None

    @classmethod
    def find(cls, data: Path | None) -> "Remote":
        settings = load(**({"data": data} if data else {}))
        home = Home(settings.data)
        if settings.url or settings.desk_url:
            return cls(settings.url, settings.desk_url, settings, home, settings.tls.ca_file)
        found = home.addresses()
        own = found.get("ca_file")
        return cls(
            str(found["url"]), str(found["desk_url"]), settings, home, Path(own) if own else settings.tls.ca_file
        )

    def verify(self) -> "ssl.SSLContext | bool":
        """Whom to believe that it is this system: the public authorities, and its own where it has one."""
        if "https://" not in self.url + self.desk_url:
            return True
        from deploy.tls import client_context  # noqa: PLC0415  # slow to import; only over TLS

        return client_context(self.ca_file)

    def token(self, role: Role) -> str:
        if self.settings.token is not None:
            return self.settings.token.get_secret_value()
        return self.home.tokens()[role.value]

    def desk(self, method: str, path: str, *, role: Role, body: Any = None) -> Any:
        """One request to the desk's API as this role. Raises Refused with the desk's own words."""
        if not self.desk_url:
            raise Refused("Name the desk with SCRUBCAST_DESK_URL.", code="no-desk")
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        try:
            answer = httpx.request(
                method,
                f"{self.desk_url}/api/v1{path}",
                json=body,
                headers=headers,
                timeout=TIMEOUT_S,
                trust_env=False,
                verify=self.verify(),
            )
        except httpx.HTTPError as error:
            raise Unavailable(f"The desk at {self.desk_url} does not answer ({type(error).__name__}).") from None
        if answer.status_code >= 400:
            raise Refused(_words(answer), code=f"http-{answer.status_code}", status=answer.status_code)
        return answer.json() if answer.content else None


def _words(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return f"The desk answered {answer.status_code}."
    gaps = body.get("gaps")
    return "\n".join([str(body.get("detail", answer.status_code)), *(f"  - {gap}" for gap in gaps or ())])

"""All settings, read here and nowhere else: `SCRUBCAST_<SECTION>__<NAME>`, or files of a secrets folder."""

import ssl
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from schemas.envelope import Closed, problems
from schemas.errors import Refused
from streams.kafka import Connection

DEFAULT_PORT = 8480


class Kafka(Closed):
    """An empty bootstrap means the embedded broker. SASL_SSL (SCRAM) and mTLS pass through."""

    bootstrap: str = ""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    partitions: int = Field(default=4, ge=1, le=1000)
    replication: int = Field(default=1, ge=1, le=9)
    session_timeout_ms: int = Field(default=6_000, ge=1_000)
    # The embedded broker's own: how soon a killed broker may come back (see the ADR on the embedded broker).
    broker_session_timeout_ms: int = Field(default=3_000, ge=1_000)


class Intake(Closed):
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    updates_per_minute: int = Field(default=30, ge=1, le=100_000)


class Desk(Closed):
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT + 1
    retention_days: int = Field(default=30, ge=0)  # from close to the destruction of the event's keys


class Page(Closed):
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT + 2
    readers_max: int = Field(default=10_000, ge=1)
    public_url: str = ""  # where readers reach the page; by default its own host and port


class Scrub(Closed):
    instance: str = "scrub-1"  # static membership: a restarted worker of the same name rejoins at once
    # Read by the desk too, which screens edited texts the same way.
    second_opinions: Annotated[tuple[str, ...], NoDecode] = ()  # names of entry points, separated by commas
    opinion: dict[str, dict[str, str]] = Field(default_factory=dict)  # …__OPINION__<NAME>__<OPTION>

    @field_validator("second_opinions", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("second_opinions")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("a second opinion stands there twice")
        return value


class X(Closed):
    base_url: str = "https://api.x.com"
    account: str = ""
    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    access_secret: SecretStr | None = None
    bearer_token: SecretStr | None = None
    refresh_token: SecretStr | None = None
    settle_s: float = Field(default=60.0, ge=0)

    @property
    def is_set(self) -> bool:
        return self.access_token is not None or self.bearer_token is not None


class Bluesky(Closed):
    url: str = "https://bsky.social"
    handle: str = ""
    password: SecretStr | None = None


class Mastodon(Closed):
    url: str = ""
    token: SecretStr | None = None


class Settings(BaseSettings):
    """What is in force. Unknown names within a section are errors, because they are misspellings."""

    model_config = SettingsConfigDict(
        env_prefix="SCRUBCAST_", env_nested_delimiter="__", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    data: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("scrubcast")))
    cache_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("scrubcast")))
    url: str = ""
    desk_url: str = ""
    page_url: str = ""
    policies: Path | None = None  # a folder of policy files of one's own, beside those that are shipped
    token: SecretStr | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    kafka: Kafka = Kafka()
    intake: Intake = Intake()
    desk: Desk = Desk()
    page: Page = Page()
    scrub: Scrub = Scrub()
    x: X = X()
    bluesky: Bluesky = Bluesky()
    mastodon: Mastodon = Mastodon()

    @property
    def known_platforms(self) -> frozenset[str]:
        """The platforms that an event may name here: those whose credentials are set."""
        return frozenset({"local"} | ({"x"} if self.x.is_set else set()))

    def public_page_url(self) -> str:
        return self.page.public_url or self.page_url or f"http://{self.page.host}:{self.page.port}"

    def connection(self, client: str) -> Connection:
        kafka = self.kafka
        if not kafka.bootstrap:
            raise Refused("No Kafka is set: give SCRUBCAST_KAFKA__BOOTSTRAP, or use `scrubcast up`.", code="no-kafka")
        return Connection(
            bootstrap=kafka.bootstrap,
            client_id=f"scrubcast-{client}",
            security_protocol=kafka.security_protocol,
            ssl_context=_tls(kafka),
            sasl_mechanism=kafka.sasl_mechanism,
            sasl_username=kafka.username,
            sasl_password=kafka.password.get_secret_value() if kafka.password else None,
            session_timeout_ms=kafka.session_timeout_ms,
            heartbeat_interval_ms=max(250, kafka.session_timeout_ms // 6),
        )


def _tls(kafka: Kafka) -> ssl.SSLContext | None:
    if not kafka.security_protocol.endswith("SSL"):
        return None
    try:
        context = ssl.create_default_context(cafile=str(kafka.ca_file) if kafka.ca_file else None)
        if kafka.cert_file:
            context.load_cert_chain(kafka.cert_file, kafka.key_file)
    except (OSError, ssl.SSLError) as error:
        raise Refused(f"The TLS files of Kafka do not load: {error}", code="bad-tls") from None
    return context


def load(**given: Any) -> Settings:
    """Settings from the environment and a secrets folder, with `given` on top. Raises Refused naming what is wrong."""
    import os  # noqa: PLC0415  # the only place that looks at the environment

    folder = os.environ.get("SCRUBCAST_SECRETS_DIR")
    try:
        return Settings(_secrets_dir=folder, **given)
    except ValidationError as error:
        raise Refused(f"Settings: {problems(error)}.", code="bad-settings") from None

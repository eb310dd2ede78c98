"""All settings, read here and nowhere else: `SCRUBCAST_<SECTION>__<NAME>`, or files of a secrets folder."""

import math
import re
import ssl
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from consumers.poster.checks import DAYS, EVERY_S, Checks, Mode
from schemas.envelope import Closed, problems
from schemas.errors import Refused
from schemas.live_event import Destination, Platform
from schemas.schedule import BACKUP_DAYS, DRAFT_DAYS, ERASURE_DAYS, SEALED_DAYS, YEAR_DAYS
from streams.kafka import Connection

DEFAULT_PORT = 8480
TIMEOUT_MAX_S = 60.0  # of one request: all that is in doubt on a platform waits for at least so long
UNNAMED = "?"  # before what settings call an account whose own name they do not tell


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
    public_url: str = ""  # where tablets reach it; by default its own host and port
    updates_per_minute: int = Field(default=30, ge=1, le=100_000)
    enrolled_only: bool = False  # a role's token is taken from enrolled tablets alone
    installation: str = Field(default="scrubcast", min_length=1, max_length=80)  # the house, as tablets are told it


class Desk(Closed):
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT + 1
    retention_days: int = Field(default=30, ge=0)  # from close to the destruction of the event's keys
    # Off where the desk of a cluster has no credentials of its own: then nobody is asked when an event opens.
    check_accounts: bool = True
    # As which site passkeys know this desk; by default the name under which a page of it was opened (ADR 18).
    origin: str = ""
    rp_id: str = ""
    passkeys_only: bool = False  # a role's token alone approves and signs nothing

    @model_validator(mode="after")
    def _passkeys_fit(self) -> "Desk":
        parts = urlsplit(self.origin)
        host = parts.hostname or ""
        plain = f"{parts.scheme}://{parts.netloc}" == self.origin and (parts.scheme == "https" or host == "localhost")
        if self.origin and not (plain and host):
            raise ValueError("origin is https://NAME[:PORT], or http://localhost[:PORT], and nothing behind it")
        if re.fullmatch(r"[0-9.]+", self.rp_id or host) or ":" in (self.rp_id or host):
            raise ValueError("passkeys belong to a name, not to an address")
        if self.origin and self.rp_id and host != self.rp_id and not host.endswith(f".{self.rp_id}"):
            raise ValueError("rp_id is the name in origin, or a parent of it")
        return self


class Retention(Closed):
    """How long what is kept, within what schemas.schedule says why; the keys' own time is `desk.retention_days`."""

    sealed_days: int = Field(default=SEALED_DAYS, ge=1, le=30)  # sealed updates and messages, on their topics
    draft_days: int = Field(default=DRAFT_DAYS, ge=1, le=365)
    log_years: float = Field(default=6.0, ge=0.01, le=100)  # six: 45 CFR 164.316(b)(2)(i)
    backup_days: int = Field(default=BACKUP_DAYS, ge=0, le=3650)  # of the vault; scrubcast makes none, the house does
    # A withdrawal destroys the keys although a legal hold lies on the event, unless the house's lawyers say otherwise.
    hold_outlasts_withdrawal: bool = False

    @model_validator(mode="after")
    def _backups_go_in_time(self) -> "Retention":
        if self.backup_days > ERASURE_DAYS:
            raise ValueError(f"backups are kept at most {ERASURE_DAYS} days: what was erased must not come back later")
        return self

    @property
    def log_days(self) -> int:
        return math.ceil(self.log_years * YEAR_DAYS)


class Page(Closed):
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT + 2
    readers_max: int = Field(default=10_000, ge=1)
    public_url: str = ""  # where readers reach the page; by default its own host and port
    check: Mode = "live"


class Trust(Closed):
    """The one page in plain HTTP: how to come to trust the authority that `scrubcast up --lan` made."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT + 3


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class Archive(Closed):
    """Who is asked to confirm what the archive signed; nobody by default.

    `witnesses`: each a key and the address behind which `/add-checkpoint` is, `NAME+ID+KEY https://…`, with commas
    between them (C2SP tlog-witness). `tsa_url`: an RFC 3161 authority; `tsa_roots`: the PEM file its stamps hold under.
    """

    witnesses: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    tsa_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    tsa_roots: Path | None = None
    tsa_every_min: int = Field(default=60, ge=5, le=1440)  # and when an event closes

    @field_validator("witnesses")
    @classmethod
    def _are_witnesses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not re.fullmatch(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=* https?://\S+", one):
                raise ValueError("not a witness, such as NAME+ID+KEY https://witness.example")
        return value

    @model_validator(mode="after")
    def _roots_with_the_authority(self) -> "Archive":
        if bool(self.tsa_url) != (self.tsa_roots is not None):
            raise ValueError("tsa_url and tsa_roots belong together")
        return self


class Tls(Closed):
    """What the web origins speak where both files are set. `ca_file`: an authority that not every machine trusts.

    `names`: under which this machine is reached on the local net, the first one in URLs; by default its addresses.
    """

    cert_file: Path | None = None
    key_file: Path | None = None
    ca_file: Path | None = None
    names: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()

    @model_validator(mode="after")
    def _both_or_none(self) -> "Tls":
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file belong together")
        return self

    @field_validator("names")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,45}", name):
                raise ValueError("not a host name or an address, without scheme and port")
        return value

    @property
    def is_set(self) -> bool:
        return self.cert_file is not None

    @property
    def is_private(self) -> bool:
        """Whether its authority is one that people have to be told to trust."""
        return self.ca_file is not None


class Poster(Closed):
    """`accounts`: keys of the destinations that this poster serves, such as `local,x:@OurHospital`; none: all."""

    # The length stands apart: in the pattern, `{1,60}` of all that is a letter anywhere takes each process 6 MB.
    instance: str = Field(default="poster-1", pattern=r"^[\w.-]+$", max_length=60)
    accounts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    # Posts that stand somewhere are read back: how often while an event is live, and for how many days after it, once
    # a day. `check` of a platform says whether and when: live | close | never.
    checks_every_s: float = Field(default=EVERY_S, ge=15, le=86_400)
    check_days: int = Field(default=DAYS, ge=0, le=400)

    @field_validator("accounts")
    @classmethod
    def _are_keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for key in value:
            destination_of(key)
        return value

    def serves(self, destination: Destination) -> bool:
        return not self.accounts or _same(destination) in {_same(destination_of(key)) for key in self.accounts}


def destination_of(key: str) -> Destination:
    """`local`, or `x:@OurHospital` and the like. Raises ValueError for anything else."""
    platform, colon, account = key.partition(":")
    if platform not in set(Platform) or bool(account) != bool(colon) or (platform == Platform.LOCAL) == bool(account):
        raise ValueError("not a destination, such as local or x:@OurHospital")
    return Destination(platform=Platform(platform), account=account or None)


def _same(destination: Destination) -> tuple[str, str]:
    return destination.platform, slug(destination.account or "")


class Scrub(Closed):
    instance: str = "scrub-1"  # static membership: a restarted worker of the same name rejoins at once
    # Read by the desk too, which screens edited texts the same way.
    # Names of entry points, separated by commas.
    second_opinions: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    opinion: dict[str, dict[str, str]] = Field(default_factory=dict)  # …__OPINION__<NAME>__<OPTION>

    @field_validator("second_opinions")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("a second opinion stands there twice")
        return value


def slug(account: str) -> str:
    """An account's name as it stands in names of settings: `@Our.Hospital` is `our_hospital`.

    Signs that follow each other become one `_`, because two of them separate the parts of a setting's name.
    """
    return re.sub(r"[^a-z0-9]+", "_", account.lower().replace("@", "")).strip("_")


def _by_slug(value: Any) -> Any:
    """Keys of accounts as they are looked up, whichever way they were written."""
    if not isinstance(value, dict):
        return value
    if len({slug(str(name)) for name in value}) != len(value):
        raise ValueError("an account stands there twice")
    return {slug(str(name)): keys for name, keys in value.items()}


class XKeys(Closed):
    """Of one account: OAuth 1.0a (consumer and access pairs), or OAuth 2.0 (client, and `scrubcast account login`)."""

    account: str = ""
    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    access_secret: SecretStr | None = None
    bearer_token: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None

    @property
    def is_set(self) -> bool:
        return self.has_fixed_token or self.client_id is not None

    @property
    def has_fixed_token(self) -> bool:
        """A token that no login renews."""
        return self.access_token is not None or self.bearer_token is not None


class X(XKeys):
    """The default account's keys, and what holds for all of them."""

    base_url: str = "https://api.x.com"
    check: Mode = "close"  # each post that is read is paid for: 0.1 cents of the own timeline
    replies: Literal["auto", "never"] = "auto"  # never: numbered posts that stand alone
    timeout_s: float = Field(default=10.0, gt=0, le=TIMEOUT_MAX_S)
    settle_s: float = Field(default=60.0, ge=0)
    accounts: Annotated[dict[str, XKeys], BeforeValidator(_by_slug)] = Field(default_factory=dict)

    def of(self, account: str) -> XKeys | None:
        """The keys for this account; None where there are none. The app's own keys need to be given once."""
        own = self.accounts.get(slug(account))
        if own is None:
            return self if self.is_set and _is_meant(self.account, account) else None
        app = ("consumer_key", "consumer_secret", "client_id", "client_secret")
        whole = own.model_copy(update={n: getattr(self, n) for n in app if getattr(own, n) is None})
        return whole if whole.is_set else None


class BlueskyKeys(Closed):
    """Of one account: its handle and an app password; `url` where its server is another than the default account's."""

    url: str = ""
    handle: str = ""
    password: SecretStr | None = None

    @property
    def account(self) -> str:
        return self.handle


class Bluesky(BlueskyKeys):
    """The default account's keys, and what holds for all of them."""

    url: str = "https://bsky.social"
    check: Mode = "live"
    # A server that tells what happens to the account as it happens (wss://…): its own PDS.
    firehose: str = Field(default="", pattern=r"^(?:wss?://\S+)?$")
    timeout_s: float = Field(default=10.0, gt=0, le=TIMEOUT_MAX_S)
    accounts: Annotated[dict[str, BlueskyKeys], BeforeValidator(_by_slug)] = Field(default_factory=dict)

    def of(self, account: str) -> BlueskyKeys | None:
        own = self.accounts.get(slug(account))
        keys = own or (self if _is_meant(self.handle, account) else None)
        if keys is None or keys.password is None:
            return None
        return BlueskyKeys(
            url=keys.url or self.url, handle=keys.handle or account.removeprefix("@"), password=keys.password
        )


class MastodonKeys(Closed):
    """Of one account: its server, and a token for read:accounts, read:statuses, write:statuses and write:media."""

    url: str = ""
    account: str = ""
    token: SecretStr | None = None


class Mastodon(MastodonKeys):
    """The default account's keys, and what holds for all of them."""

    visibility: Literal["public", "unlisted", "private"] = "public"
    check: Mode = "live"
    timeout_s: float = Field(default=10.0, gt=0, le=TIMEOUT_MAX_S)
    settle_s: float = Field(default=60.0, ge=0)
    accounts: Annotated[dict[str, MastodonKeys], BeforeValidator(_by_slug)] = Field(default_factory=dict)

    def of(self, account: str) -> MastodonKeys | None:
        own = self.accounts.get(slug(account))
        keys = own or (self if _is_meant(self.account, account) else None)
        url = keys.url or self.url if keys else ""
        if keys is None or keys.token is None or not url:
            return None
        return MastodonKeys(url=url, account=keys.account or account, token=keys.token)


def _names(section: X | Bluesky | Mastodon) -> list[str]:
    """The default account first, then the others."""
    prefix = "" if isinstance(section, X) else UNNAMED  # of X both are the same, in lower case
    others = {name: keys.account or prefix + name for name, keys in section.accounts.items()}
    return [*({section.account: None} if slug(section.account) not in others else {}), *others.values()]


def _is_meant(default: str, account: str) -> bool:
    """The default keys serve every account until they are said to be of one: then that one alone."""
    return not default or slug(default) == slug(account)


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
    # A proxy before the web origins ends TLS, and nobody reaches them but through it.
    behind_proxy: bool = False
    kafka: Kafka = Kafka()
    tls: Tls = Tls()
    trust: Trust = Trust()
    intake: Intake = Intake()
    desk: Desk = Desk()
    retention: Retention = Retention()
    archive: Archive = Archive()
    page: Page = Page()
    scrub: Scrub = Scrub()
    poster: Poster = Poster()
    x: X = X()
    bluesky: Bluesky = Bluesky()
    mastodon: Mastodon = Mastodon()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the base class gives it
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Files of the secrets folder are named as the variables are: `scrubcast_x__access_token`."""
        secrets = NestedSecretsSettingsSource(file_secret_settings, secrets_nested_delimiter="__")
        return init_settings, env_settings, dotenv_settings, secrets

    @property
    def known_platforms(self) -> frozenset[str]:
        """The platforms that an event may name here: those of which any account's credentials are set."""
        if not self.desk.check_accounts:
            return frozenset(Platform)  # only the poster's process knows
        return frozenset({Platform.LOCAL.value}) | {destination.platform.value for destination in self.configured()}

    def has_credentials(self, destination: Destination) -> bool:
        """Whether this very account can be posted to from here, as far as settings tell."""
        if destination.platform is Platform.LOCAL or not self.desk.check_accounts:
            return True
        return self._sections[destination.platform].of(destination.account or "") is not None

    def configured(self) -> tuple[Destination, ...]:
        """All accounts whose credentials are set, by name; by `?` and the settings' name where those tell none."""
        return tuple(
            Destination(platform=platform, account=name or UNNAMED)
            for platform, section in self._sections.items()
            for name in _names(section)
            if section.of(name) is not None
        )

    def checks(self) -> Checks:
        """When posts are read back, by the name of the platform."""
        modes: dict[str, Mode] = {
            Platform.LOCAL: self.page.check, Platform.X: self.x.check, Platform.BLUESKY: self.bluesky.check,
            Platform.MASTODON: self.mastodon.check,
        }  # fmt: skip
        return Checks(self.poster.checks_every_s, self.poster.check_days, modes.__getitem__)

    @property
    def _sections(self) -> dict[Platform, X | Bluesky | Mastodon]:
        return {Platform.X: self.x, Platform.BLUESKY: self.bluesky, Platform.MASTODON: self.mastodon}

    def public_page_url(self) -> str:
        return self.page.public_url or self.page_url or self._own_url(self.page)

    def public_intake_url(self) -> str:
        return self.intake.public_url or self.url or self._own_url(self.intake)

    def _own_url(self, section: Intake | Page) -> str:
        return f"{'https' if self.tls.is_set else 'http'}://{section.host}:{section.port}"

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

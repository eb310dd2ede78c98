"""Settings come from the environment or a secrets folder, a misspelling is an error, and secrets stay masked."""

from pathlib import Path

import pytest

from deploy.settings import load, slug
from schemas.errors import Refused
from schemas.live_event import Destination, Platform


def test_a_setting_is_read_from_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_INTAKE__UPDATES_PER_MINUTE", "7")
    assert load().intake.updates_per_minute == 7


def test_a_misspelled_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_INTAKE__UPDATES_PER_MINIT", "7")
    with pytest.raises(Refused, match=r"intake\.updates_per_minit: extra_forbidden"):
        load()


def test_a_wrong_value_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_INTAKE__PORT", "secret-value")
    with pytest.raises(Refused, match=r"intake\.port: int_parsing") as refused:
        load()
    assert "secret-value" not in str(refused.value)


def test_secrets_come_from_a_folder_and_show_as_stars(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "scrubcast_token").write_text("s3cret", encoding="utf-8")
    monkeypatch.setenv("SCRUBCAST_SECRETS_DIR", str(tmp_path))
    settings = load()
    assert settings.token is not None
    assert settings.token.get_secret_value() == "s3cret"
    assert "s3cret" not in settings.model_dump_json()


def test_without_credentials_only_the_local_page_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().known_platforms == {"local"}
    monkeypatch.setenv("SCRUBCAST_X__BEARER_TOKEN", "t")
    assert load().known_platforms == {"local", "x"}


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("X__CLIENT_ID", "x"),
        ("X__ACCOUNTS__OURHOSPITAL__ACCESS_TOKEN", "x"),
        ("BLUESKY__PASSWORD", "bluesky"),
        ("BLUESKY__ACCOUNTS__OUR_HOSPITAL_EXAMPLE__PASSWORD", "bluesky"),
    ],
)
def test_a_platform_is_known_when_any_of_its_accounts_has_keys(
    monkeypatch: pytest.MonkeyPatch, name: str, platform: str
) -> None:
    monkeypatch.setenv(f"SCRUBCAST_{name}", "hush-hush")
    assert load().known_platforms == {"local", platform}
    assert "hush-hush" not in load().model_dump_json(exclude={"x": {"client_id"}})


def test_mastodon_needs_its_server_besides_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_MASTODON__TOKEN", "t")
    assert load().known_platforms == {"local"}
    monkeypatch.setenv("SCRUBCAST_MASTODON__URL", "https://hospital.example")
    assert load().known_platforms == {"local", "mastodon"}


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ("@OurHospital", "ourhospital"),
        ("our-hospital.bsky.social", "our_hospital_bsky_social"),
        ("@live@hospital.example", "livehospital_example"),
        ("@a__b_", "a_b"),
        ("@Spital-Zürich", "spital_z_rich"),
    ],
)
def test_an_account_has_a_name_that_can_stand_in_a_setting(account: str, name: str) -> None:
    assert slug(account) == name


def test_an_account_takes_the_keys_of_the_app_from_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_X__CONSUMER_KEY", "app")
    monkeypatch.setenv("SCRUBCAST_X__ACCOUNTS__OURCLINIC__ACCESS_TOKEN", "clinic")
    keys = load().x.of("@OurClinic")
    assert keys is not None
    assert keys.consumer_key is not None
    assert keys.access_token is not None
    assert (keys.consumer_key.get_secret_value(), keys.access_token.get_secret_value()) == ("app", "clinic")
    assert load().x.of("@OurHospital") is None


def test_credentials_come_from_a_folder_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "scrubcast_x__accounts__ourclinic__access_token").write_text("clinic\n", encoding="utf-8")
    (tmp_path / "scrubcast_bluesky__password").write_text("app-password\n", encoding="utf-8")
    monkeypatch.setenv("SCRUBCAST_SECRETS_DIR", str(tmp_path))
    settings = load()
    assert settings.known_platforms == {"local", "x", "bluesky"}
    assert "app-password" not in settings.model_dump_json()


def test_accounts_that_stand_there_are_listed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_X__BEARER_TOKEN", "t")
    monkeypatch.setenv("SCRUBCAST_X__ACCOUNTS__OURCLINIC__BEARER_TOKEN", "t")
    monkeypatch.setenv("SCRUBCAST_BLUESKY__ACCOUNTS__OUR_CLINIC_EXAMPLE__PASSWORD", "p")
    monkeypatch.setenv("SCRUBCAST_BLUESKY__HANDLE", "our-hospital.example")
    monkeypatch.setenv("SCRUBCAST_BLUESKY__PASSWORD", "p")
    assert [d.key for d in load().configured()] == [
        "x:?",
        "x:ourclinic",
        "bluesky:our-hospital.example",
        "bluesky:?our_clinic_example",
    ]


@pytest.mark.parametrize("accounts", ["OurHospital", "fax:@a", "x:", "local:@a", "local,x"])
def test_a_poster_cannot_serve_what_is_no_destination(monkeypatch: pytest.MonkeyPatch, accounts: str) -> None:
    monkeypatch.setenv("SCRUBCAST_POSTER__ACCOUNTS", accounts)
    with pytest.raises(Refused, match=r"poster\.accounts: value_error"):
        load()


def test_a_desk_that_cannot_ask_takes_every_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_DESK__CHECK_ACCOUNTS", "false")
    settings = load()
    assert settings.known_platforms == {"local", "x", "bluesky", "mastodon"}
    assert settings.has_credentials(Destination(platform=Platform.X, account="@OurHospital"))


def test_sasl_and_tls_pass_through_to_kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "BOOTSTRAP": "k1:9093,k2:9093",
        "SECURITY_PROTOCOL": "SASL_SSL",
        "SASL_MECHANISM": "SCRAM-SHA-512",
        "USERNAME": "scrub",
        "PASSWORD": "pw",
    }.items():
        monkeypatch.setenv(f"SCRUBCAST_KAFKA__{name}", value)
    options = load().connection("scrub").options()
    assert options["bootstrap_servers"] == "k1:9093,k2:9093"
    assert (options["sasl_mechanism"], options["sasl_plain_username"]) == ("SCRAM-SHA-512", "scrub")
    assert options["ssl_context"] is not None


def test_without_kafka_a_stage_says_what_to_do() -> None:
    with pytest.raises(Refused, match="SCRUBCAST_KAFKA__BOOTSTRAP"):
        load().connection("scrub")


def test_a_certificate_that_does_not_load_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCRUBCAST_KAFKA__BOOTSTRAP", "k1:9093")
    monkeypatch.setenv("SCRUBCAST_KAFKA__SECURITY_PROTOCOL", "SSL")
    monkeypatch.setenv("SCRUBCAST_KAFKA__CA_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(Refused, match="TLS files of Kafka do not load"):
        load().connection("scrub")

"""Settings come from the environment or a secrets folder, a misspelling is an error, and secrets stay masked."""

from pathlib import Path

import pytest

from deploy.settings import load
from schemas.errors import Refused


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

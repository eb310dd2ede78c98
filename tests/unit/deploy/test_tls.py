"""The certificate for tablets: for whom it speaks, how long, who may read its key, when it is made anew."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from deploy import lan, listening, tls
from deploy.lan import Names
from deploy.settings import load
from schemas.errors import Refused

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NAMES = Names((), "theatre-3", (IPv4Address("192.168.1.20"),))


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def verified(files: tls.Tls, host: str, at: datetime) -> None:
    """As a browser does it. Raises VerificationError."""
    assert files.ca_file is not None
    subject = lan.as_address(host)
    builder = PolicyBuilder().store(Store([certificate(files.ca_file)])).time(at)
    builder.build_server_verifier(x509.IPAddress(subject) if subject else x509.DNSName(host)).verify(
        certificate(files.cert_file), []
    )


def test_it_speaks_for_the_machines_names_and_addresses_and_for_no_other(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "tls", NAMES, NOW)
    named = certificate(files.cert_file).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert named.get_values_for_type(x509.DNSName) == ["theatre-3", "theatre-3.local", "localhost"]
    assert named.get_values_for_type(x509.IPAddress) == [
        IPv4Address("192.168.1.20"), IPv4Address("127.0.0.1"), IPv6Address("::1"),
    ]  # fmt: skip
    for host in ("theatre-3.local", "localhost", "192.168.1.20", "127.0.0.1"):
        verified(files, host, NOW)
    for host in ("theatre-4.local", "192.168.1.21"):
        with pytest.raises(VerificationError):
            verified(files, host, NOW)


def test_it_is_for_servers_alone_and_shorter_than_ipados_takes(tmp_path: Path) -> None:
    leaf = certificate(tls.ensure(tmp_path / "tls", NAMES, NOW).cert_file)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=397)
    assert leaf.not_valid_before_utc == NOW - timedelta(days=2)
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert leaf.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_authority_may_not_sign_for_sites_of_the_internet(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "tls", NAMES, NOW)
    assert files.ca_file is not None
    authority = certificate(files.ca_file)
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    permitted = limits.value.permitted_subtrees or []
    hosts = [t.value for t in permitted if isinstance(t, x509.DNSName)]
    assert hosts == ["theatre-3", "theatre-3.local", "localhost"]
    nets = [str(t.value) for t in permitted if isinstance(t, x509.IPAddress)]
    assert "192.168.0.0/16" in nets
    assert "0.0.0.0/0" not in nets
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    # What it would be worth to a thief: a certificate of a bank, signed with its key.
    key = ec.generate_private_key(ec.SECP256R1())
    signer = load_pem_private_key((tmp_path / "tls" / "authority.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bank.example")]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(1000)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example")]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),  # type: ignore[arg-type]  # of P-256, as above
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )
    verifier = PolicyBuilder().store(Store([authority])).time(NOW).build_server_verifier(x509.DNSName("bank.example"))
    with pytest.raises(VerificationError):
        verifier.verify(forged, [])


def test_an_address_outside_private_nets_is_named_by_itself(tmp_path: Path) -> None:
    names = Names((), "theatre-3", (IPv4Address("145.100.7.9"),))
    files = tls.ensure(tmp_path / "tls", names, NOW)
    verified(files, "145.100.7.9", NOW)


def test_all_of_it_is_for_the_owner_alone(tmp_path: Path) -> None:
    tls.ensure(tmp_path / "tls", NAMES, NOW)
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700
    modes = {f.name: f.stat().st_mode & 0o777 for f in (tmp_path / "tls").iterdir()}
    assert modes == dict.fromkeys(("authority.crt", "authority.key", "server.crt", "server.key"), 0o600)


def test_it_is_kept_renewed_in_time_and_the_authority_stays(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "tls", NAMES, NOW)
    assert files.ca_file is not None
    first, authority = files.cert_file.read_bytes(), files.ca_file.read_bytes()
    tls.ensure(tmp_path / "tls", NAMES, NOW + timedelta(days=364))
    assert files.cert_file.read_bytes() == first
    later = NOW + timedelta(days=366)
    tls.ensure(tmp_path / "tls", NAMES, later)
    assert files.cert_file.read_bytes() != first
    assert tls.ends_at(files.cert_file) == later + timedelta(days=395)
    assert files.ca_file.read_bytes() == authority
    verified(files, "theatre-3.local", later)


def test_another_address_gets_a_certificate_from_the_same_authority(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "tls", NAMES, NOW)
    assert files.ca_file is not None
    authority = files.ca_file.read_bytes()
    moved = Names((), "theatre-3", (IPv4Address("10.4.0.7"),))
    tls.ensure(tmp_path / "tls", moved, NOW)
    verified(files, "10.4.0.7", NOW)
    assert files.ca_file.read_bytes() == authority


def test_a_name_that_the_authority_may_not_sign_for_takes_a_new_one(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "tls", NAMES, NOW)
    assert files.ca_file is not None
    before = tls.said(tls.fingerprint(files.ca_file))
    tls.ensure(tmp_path / "tls", Names(("ward.example",), "theatre-3", ()), NOW)
    verified(files, "ward.example", NOW)
    assert tls.said(tls.fingerprint(files.ca_file)) != before


@pytest.mark.parametrize("name", ["server.crt", "server.key", "authority.crt", "authority.key"])
def test_what_was_damaged_is_made_anew(tmp_path: Path, name: str) -> None:
    files = tls.ensure(tmp_path / "tls", NAMES, NOW)
    (tmp_path / "tls" / name).write_text("half of a fi")
    tls.ensure(tmp_path / "tls", NAMES, NOW)
    tls.server_context(files.cert_file, files.key_file)
    verified(files, "localhost", NOW)


def test_a_pair_that_does_not_fit_is_refused_by_name(tmp_path: Path) -> None:
    one = tls.ensure(tmp_path / "one", NAMES, NOW)
    other = tls.ensure(tmp_path / "other", NAMES, NOW)
    with pytest.raises(Refused, match=r"server\.crt and .*server\.key do not load.*KEY_VALUES_MISMATCH"):
        tls.given(one.cert_file, other.key_file)
    with pytest.raises(Refused, match="No such file"):
        tls.given(tmp_path / "none.crt", one.key_file)


def test_nothing_older_than_tls_1_2_is_spoken(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "tls", NAMES, NOW)
    context = tls.server_context(files.cert_file, files.key_file)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_fingerprint_is_said_in_six_words() -> None:
    # The examples of arXiv:0901.4016: 127.0.0.1 and 63.84.220.193.
    digest = bytes([127, 0, 0, 1, 63, 84, 220, 193, 0, 0, 255, 255]) + bytes(20)
    assert tls.said(digest) == "lusab-babad-gutih-tugad-babab-zuzuz"


def test_the_first_name_of_a_certificate_stands_in_urls(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "tls", Names(("ward.example",), "theatre-3", ()), NOW)
    assert tls.first_name(files.cert_file) == "ward.example"


def test_a_machine_without_a_net_says_so() -> None:
    with pytest.raises(Refused, match="SCRUBCAST_TLS__NAMES"):
        _ = Names((), "theatre-3", ()).url_host
    assert Names(("fd00::7",), "theatre-3", ()).url_host == "[fd00::7]"
    assert lan.of_this_machine(["ward.example"]).url_host == "ward.example"


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("192.168.1.20", False), ("theatre-3", False), ("", False),
    ],
)  # fmt: skip
def test_what_others_cannot_reach(host: str, alone: bool) -> None:
    assert lan.is_loopback(host) is alone


@pytest.mark.parametrize("stage", ["intake", "desk", "page"])
def test_plain_http_is_refused_where_others_could_reach_it(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"SCRUBCAST_{stage.upper()}__HOST", "192.168.1.20")
    with pytest.raises(Refused, match=f"The {stage} was to listen on 192.168.1.20 in plain HTTP.*--lan"):
        listening.check(load())
    monkeypatch.setenv("SCRUBCAST_BEHIND_PROXY", "true")
    listening.check(load())


def test_with_a_certificate_any_address_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_INTAKE__HOST", "0.0.0.0")
    monkeypatch.setenv("SCRUBCAST_TLS__CERT_FILE", "/a.crt")
    monkeypatch.setenv("SCRUBCAST_TLS__KEY_FILE", "/a.key")
    listening.check(load())
    assert load().public_intake_url() == "https://0.0.0.0:8480"


def test_a_certificate_without_its_key_is_a_misspelling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_TLS__CERT_FILE", "/a.crt")
    with pytest.raises(Refused, match="Settings: tls: "):
        load()


def test_names_are_hosts_and_no_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_TLS__NAMES", "ward.example, 10.0.0.7")
    assert load().tls.names == ("ward.example", "10.0.0.7")
    monkeypatch.setenv("SCRUBCAST_TLS__NAMES", "https://ward.example")
    with pytest.raises(Refused, match=r"Settings: tls\.names: "):
        load()

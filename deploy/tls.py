"""An authority of the installation's own and a certificate from it for this machine, made when needed, renewed in time.

Browsers give service workers and WebCrypto to pages that came over TLS alone, and no public authority signs for
`theatre-3.local` or 192.168.1.20. What tablets come to trust here is as narrow as X.509 can say it: this authority may
sign for names of this machine and for addresses of private nets, for nothing else on the internet (RFC 5280, 4.2.1.10).
"""

import hashlib
import ipaddress
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.home import write_private
from deploy.lan import Address, Names
from schemas.errors import Refused

# iPadOS takes 825 days from an authority that a person trusts and 398 from a public one (support.apple.com/103769 and
# 102028); below both, so that nobody has to know which rule holds.
LEAF = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
# Trust is given by hand on each tablet, so it is asked for seldom.
AUTHORITY = timedelta(days=3650)
BEGINS_BEFORE = timedelta(days=2)  # a tablet's clock may be a day slow
COMMON_NAME_MAX = 64  # RFC 5280, ub-common-name
PRIVATE_NETS = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
    "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip

_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
SAID_WORDS = 6  # 96 bits: nobody makes an authority of other content that reads the same


@dataclass(frozen=True)
class Tls:
    """Files in PEM. `ca_file` is the authority's certificate where it is not one that every machine trusts."""

    cert_file: Path
    key_file: Path
    ca_file: Path | None = None


def given(cert_file: Path, key_file: Path, ca_file: Path | None = None) -> Tls:
    """The files that somebody else keeps. Raises Refused, naming the file, when a server could not use them."""
    server_context(cert_file, key_file)
    if ca_file is not None:
        client_context(ca_file)
    return Tls(cert_file.absolute(), key_file.absolute(), ca_file.absolute() if ca_file else None)


def ensure(folder: Path, names: Names, now: datetime) -> Tls:
    """The certificate for these names, made or renewed where it has to be; all of it for the owner's eyes.

    A new authority is made only when there is none, when it ends soon, or when it may not sign for these names (then
    tablets have to be told to trust the new one).
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = Tls(folder / "server.crt", folder / "server.key", folder / "authority.crt")
    authority = _authority(folder, names, now)
    if not _is_good(found, names, authority[1], now):
        _issue(found, names, authority, now)
    return found


def server_context(cert_file: Path, key_file: Path) -> ssl.SSLContext:
    """TLS 1.2 or later. Raises Refused when the pair does not load."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load(context, cert_file, key_file)
    return context


def load(context: ssl.SSLContext, cert_file: Path, key_file: Path) -> None:
    """For new connections of `context` from now on. Raises Refused when the pair does not load."""
    try:
        context.load_cert_chain(cert_file, key_file, password=_no_password)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or "no password can be asked for"
        raise Refused(
            f"{cert_file} and {key_file} do not load as certificate and key: {why}.", code="bad-tls"
        ) from None


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """For programs that speak to this system: the public authorities, and `ca_file` besides."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            words = f"{ca_file} does not load as the certificate of an authority: {error.strerror or error}."
            raise Refused(words, code="bad-tls") from None
    return context


def ends_at(cert_file: Path) -> datetime:
    return _certificate(cert_file).not_valid_after_utc


def first_name(cert_file: Path) -> str | None:
    """The first name or address that a certificate spells out, for URLs; None where it has but a wildcard."""
    try:
        names = _certificate(cert_file).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None
    hosts = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    return next((host for host in hosts if not host.startswith("*")), None)


def fingerprint(cert_file: Path) -> bytes:
    """SHA-256 of the certificate, as tablets show it."""
    return hashlib.sha256(der(cert_file)).digest()


def common_name(cert_file: Path) -> str:
    """What tablets call it in their settings."""
    return str(_certificate(cert_file).subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def der(cert_file: Path) -> bytes:
    return _certificate(cert_file).public_bytes(Encoding.DER)


def said(digest: bytes) -> str:
    """The beginning of a fingerprint in words that can be read aloud in any language (proquints, arXiv:0901.4016)."""
    pairs = [int.from_bytes(digest[n : n + 2]) for n in range(0, 2 * SAID_WORDS, 2)]
    return "-".join(_word(pair) for pair in pairs)


def _word(bits: int) -> str:
    c, v = _CONSONANTS, _VOWELS
    return c[bits >> 12] + v[bits >> 10 & 3] + c[bits >> 6 & 15] + v[bits >> 4 & 3] + c[bits & 15]


def _no_password() -> bytes:
    raise ValueError("the key has a password")  # OpenSSL would ask the terminal


Signer = tuple[ec.EllipticCurvePrivateKey, x509.Certificate]


def _authority(folder: Path, names: Names, now: datetime) -> Signer:
    key_file, cert_file = folder / "authority.key", folder / "authority.crt"
    with suppress(OSError, ValueError):
        key = load_pem_private_key(key_file.read_bytes(), None)
        found = _certificate(cert_file)
        fits = isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == found.public_key()
        if fits and now + LEAF < found.not_valid_after_utc and _may_sign(found, names):
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            return key, found
    key = ec.generate_private_key(ec.SECP256R1())
    made = _authority_certificate(key, names, now)
    write_private(key_file, _private(key))
    write_private(cert_file, made.public_bytes(Encoding.PEM))
    return key, made


def _authority_certificate(key: ec.EllipticCurvePrivateKey, names: Names, now: datetime) -> x509.Certificate:
    subject = _subject(f"scrubcast on {names.dns()[0]}, {now:%Y-%m-%d}")
    return (
        _begun(subject, subject, key.public_key(), now, AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _issue(files: Tls, names: Names, authority: Signer, now: datetime) -> None:
    signer, issuer = authority
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    made = (
        _begun(_subject(names.dns()[0]), issuer.subject, key.public_key(), now, LEAF - BEGINS_BEFORE)
        .add_extension(x509.SubjectAlternativeName(_all(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(signer, hashes.SHA256())
    )
    # The key first: a server that reads between the two gets a pair that does not fit, says so and reads again.
    write_private(files.key_file, _private(key))
    write_private(files.cert_file, made.public_bytes(Encoding.PEM))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEGINS_BEFORE)
        .not_valid_after(now + lasts)
    )


def _is_good(files: Tls, names: Names, authority: x509.Certificate, now: datetime) -> bool:
    try:
        found = _certificate(files.cert_file)
        server_context(files.cert_file, files.key_file)
        found.verify_directly_issued_by(authority)
    except Exception:  # noqa: BLE001  # whatever is wrong with it, a new one is made
        return False
    named = set(found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    return now + RENEW_BEFORE < found.not_valid_after_utc and set(_all(names)) <= named


def _may_sign(authority: x509.Certificate, names: Names) -> bool:
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    nets = [tree.value for tree in permitted if isinstance(tree, x509.IPAddress)]
    hosts = [tree.value for tree in permitted if isinstance(tree, x509.DNSName)]
    return all(_within(address, nets) for address in names.ip()) and all(
        any(name == host or name.endswith(f".{host}") for host in hosts) for name in names.dns()
    )


def _within(address: Address, nets: Iterable[object]) -> bool:
    kinds = (ipaddress.IPv4Network, ipaddress.IPv6Network)
    return any(isinstance(net, kinds) and net.version == address.version and address in net for net in nets)


def _permitted(names: Names) -> list[x509.GeneralName]:
    """This machine's names, private nets, and an address outside them that it has now."""
    private = [ipaddress.ip_network(net) for net in PRIVATE_NETS]
    others = [ipaddress.ip_network(address) for address in names.ip() if not _within(address, private)]
    return [*map(x509.DNSName, names.dns()), *map(x509.IPAddress, [*private, *others])]


def _all(names: Names) -> list[x509.GeneralName]:
    return [*map(x509.DNSName, names.dns()), *map(x509.IPAddress, names.ip())]


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _subject(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:COMMON_NAME_MAX])])


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())

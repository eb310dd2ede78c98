"""A time-stamping authority: `openssl ts -reply` behind HTTP, with an authority made for the test."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.optional import missing
from tests.peers.witness import listening

NAME = "Stamping Unit 7"
_CONFIG = """
[tsa]
default_tsa = unit
[unit]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Running:
    """Where it is asked, and the root that its stamps hold under, as a file."""

    url: str
    roots: Path


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(subject: str, public: ec.EllipticCurvePublicKey, issuer: str) -> x509.CertificateBuilder:
    start = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer)).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(start).not_valid_after(start + timedelta(days=30))


def _make(folder: Path) -> None:
    root, unit = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    top = _certificate("Stamping Root", root.public_key(), "Stamping Root")
    top = top.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    leaf = _certificate(NAME, unit.public_key(), "Stamping Root")
    leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    (folder / "root.pem").write_bytes(top.sign(root, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "unit.pem").write_bytes(leaf.sign(root, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "unit.key").write_bytes(unit.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "config").write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")


def openssl() -> str:
    """The program; ends the test where there is none."""
    return shutil.which("openssl") or missing("openssl is not installed: no time stamp can be made")


def reply(folder: Path, query: bytes) -> bytes:
    """What the authority in this folder answers."""
    (folder / "query").write_bytes(query)
    command = [openssl(), "ts", "-reply", "-config", "config", "-queryfile", "query", "-signer", "unit.pem"]
    subprocess.run(
        [*command, "-inkey", "unit.key", "-out", "answer"], cwd=folder, check=True, capture_output=True, timeout=30
    )
    return (folder / "answer").read_bytes()


@contextmanager
def served(folder: Path) -> Iterator[Running]:
    """An authority of its own in this folder."""
    openssl()
    folder.mkdir(parents=True, exist_ok=True)
    _make(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = reply(folder, self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as url:
        yield Running(url, folder / "root.pem")

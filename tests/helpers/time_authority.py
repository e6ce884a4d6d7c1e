"""A time-stamping authority of the tests: `openssl ts` with a key and a certificate of its own."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from helpers.vouched_bundles import der

AUTHORITY = """
[req]
distinguished_name = name
prompt = no
x509_extensions = stamping
[name]
CN = a time-stamping authority of the tests
[stamping]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = own
[own]
serial = FOLDER/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
ordering = yes
tsa_name = no
ess_cert_id_chain = no
"""


def openssl(*words: str | Path) -> bytes:
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_authority(folder: Path) -> Path:
    """A folder with a time-stamping authority: its key, certificate and settings."""
    folder.mkdir(exist_ok=True)
    settings = folder / "settings"
    settings.write_text(AUTHORITY.replace("FOLDER", str(folder)))
    (folder / "serial").write_text("01\n")
    more = ("-newkey", "rsa:2048", "-nodes", "-days", "3650", "-config", settings)
    openssl("req", "-x509", *more, "-keyout", folder / "key.pem", "-out", folder / "ca.pem")
    return folder


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A time-stamping authority; tests that need one are skipped without openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    return make_authority(tmp_path_factory.mktemp("authority"))


def stamped(folder: Path, authority: Path, digest: str = "sha256") -> bytes:
    """The authority's response for a bundle, as `openssl ts` writes it."""
    query = authority / "query"
    openssl("ts", "-query", "-data", folder / "SHA256SUMS", f"-{digest}", "-cert", "-out", query)
    return replied(query, authority)


def replied(query: Path, authority: Path) -> bytes:
    """The authority's response to a request."""
    keys = ("-signer", authority / "ca.pem", "-inkey", authority / "key.pem")
    settings = ("-config", authority / "settings", "-section", "own")
    return openssl("ts", "-reply", "-queryfile", query, *keys, *settings)


def past_authority(folder: Path) -> Path:
    """A time-stamping authority whose certificate holds from 2020 on, for stamps of the past."""
    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a past authority of the tests")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(pem, pkcs8, plain))
    (folder / "ca.pem").write_bytes(made.public_bytes(pem))
    return folder


def stamped_at(content: bytes, moment: str, authority: Path) -> bytes:
    """A granted response (RFC 3161) for some bytes at a moment such as ``20230902000000Z``.

    `openssl ts` stamps the present alone; the statement is made here, and signed by `openssl cms`.
    """
    algorithm = der(0x30, der(6, bytes.fromhex("608648016503040201")), der(5))
    imprint = der(0x30, algorithm, der(4, hashlib.sha256(content).digest()))
    one, policy = der(2, b"\x01"), der(6, bytes.fromhex("2a0304"))
    told = authority / "told"
    told.write_bytes(der(0x30, one, policy, imprint, der(2, b"\x07"), der(0x18, moment.encode())))
    keys = ("-signer", authority / "ca.pem", "-inkey", authority / "key.pem", "-md", "sha256")
    kind = ("-econtent_type", "1.2.840.113549.1.9.16.1.4", "-nodetach", "-binary", "-cades")
    token = openssl("cms", "-sign", "-in", told, *keys, *kind, "-outform", "DER")
    return der(0x30, der(0x30, der(2, b"\x00")), token)

"""A time-stamping authority of the tests: `openssl ts` with a key and a certificate of its own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

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

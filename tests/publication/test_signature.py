"""Keys and signatures: openssl, three verifiers and the page agree on who signed."""

from __future__ import annotations

import random
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, written
from helpers.cheap_passphrases import SHIPPED_ROUNDS
from helpers.cli import fill, told, walk, yaohao
from helpers.time_authority import openssl, stamped
from yaohao.planner.publication import key_encryption, signing
from yaohao.planner.publication.key_encryption import rounds_of
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.evidence import Vouchers
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.public_keys import public_key

pytest_plugins = ["helpers.browser", "helpers.time_authority"]

PASSPHRASE = "correct horse battery"
VECTORS = [  # RFC 8032, section 7.1: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@dataclass
class Signed:
    """A workspace, its key, and a bundle signed with it."""

    workspace: Path
    key: Path
    bundle: Path

    @property
    def public(self) -> str:
        found = public_key(Path(f"{self.key}.pub").read_bytes())
        assert found is not None
        return found


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    folder = tmp_path_factory.mktemp("signed")
    workspace = fill(folder)
    walk(workspace)
    secret = folder / "passphrase"
    secret.write_text(f"{PASSPHRASE}\n")
    key, out = folder / "bureau.key", folder / "out"
    told("key", "new", key, "--passphrase-file", secret)
    more = ("--sign", key, "--passphrase-file", secret)
    shown = told("--workspace", workspace, "publish", "spring", "--to", out, *more)
    assert {"SHA256SUMS.sig", "SHA256SUMS.pub"} <= set(shown["files"])
    yield Signed(workspace, key, out)


def read(folder: Path) -> maker.Files:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names(folder: Path, key: str | None = None) -> set[str]:
    """The names of the planner's checks that fail; the other verifier must agree on the verdict."""
    ours = {f.name for f in verify_bundle(folder, None, key) if f.ok is False}
    report = independent.verify(independent.read_bundle(folder), None, key)
    assert "broken" not in {fault.what.word for r in report.results for fault in r.faults}
    assert report.passed == (not ours), [r for r in report.results if r.status == "fail"]
    return ours


# ------------------------------------------------------------------------------------- the keys


def test_key_lies_encrypted_and_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    sealed, public = signing.new_key(PASSPHRASE)
    assert b"ENCRYPTED PRIVATE KEY" in sealed
    signer = signing.open_key(sealed, PASSPHRASE, "k")
    assert public_key(public) == signer.key
    assert signer.sign(b"x") == signer.sign(b"x")
    other, _ = signing.new_key(PASSPHRASE)
    assert other != sealed
    for pem, passphrase in (
        (sealed, "wrong horse"),
        (sealed, ""),
        (b"", "x"),
        (public, PASSPHRASE),
    ):
        with pytest.raises(PlannerError) as refused:
            signing.open_key(pem, passphrase, "k")
        assert refused.value.problems[0].code == "key.cannot-open"
    with pytest.raises(PlannerError) as refused:
        signing.new_key("short")
    assert refused.value.problems[0].code == "key.weak-passphrase"


@pytest.mark.parametrize("weak", ["short", "elevenchars", "aaaaaaaaaaaaaaaa", "121212121212121212"])
def test_a_weak_passphrase_is_refused(weak: str) -> None:
    with pytest.raises(PlannerError) as refused:
        signing.new_key(weak)
    assert refused.value.problems[0].code == "key.weak-passphrase"


def old_key() -> bytes:
    """A key as an earlier version made it."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSPHRASE.encode()),
    )


def test_a_key_takes_long_to_guess_and_openssl_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_encryption, "ROUNDS", SHIPPED_ROUNDS)
    sealed, public = signing.new_key(PASSPHRASE)
    assert rounds_of(sealed) == SHIPPED_ROUNDS >= 600_000
    assert rounds_of(old_key()) == 2048
    assert rounds_of(public) is rounds_of(b"") is None
    (tmp_path / "k").write_bytes(sealed)
    (tmp_path / "p").write_text(PASSPHRASE)
    if shutil.which("openssl"):
        words = ["openssl", "pkey", "-in", "k", "-passin", "file:p", "-pubout"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
        assert done.stdout == public


def test_a_key_is_encrypted_anew_and_stays_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "k"
    file.write_bytes(old_key())
    before = signing.open_key(file.read_bytes(), PASSPHRASE, "k").key
    monkeypatch.setenv("YAOHAO_PASSPHRASE", "not the passphrase")
    monkeypatch.setenv("YAOHAO_NEW_PASSPHRASE", "staple orange river")
    kept = file.read_bytes()
    assert yaohao("key", "change", file).exit_code == 2 and file.read_bytes() == kept
    monkeypatch.setenv("YAOHAO_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("YAOHAO_NEW_PASSPHRASE", "weak")
    assert yaohao("key", "change", file).exit_code == 2 and file.read_bytes() == kept
    monkeypatch.setenv("YAOHAO_NEW_PASSPHRASE", "staple orange river")
    assert told("key", "change", file)["rounds"] == key_encryption.ROUNDS > 2048
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing.open_key(file.read_bytes(), "staple orange river", "k").key == before
    with pytest.raises(PlannerError):
        signing.open_key(file.read_bytes(), PASSPHRASE, "k")


def test_a_passphrase_that_is_no_text_is_refused_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "p").write_bytes(b"correct horse \xff\xfe battery")
    done = yaohao("key", "new", tmp_path / "k", "--passphrase-file", tmp_path / "p")
    assert done.exit_code == 2 and "UTF-8" in done.stderr and str(tmp_path / "p") in done.stderr
    monkeypatch.setenv("YAOHAO_PASSPHRASE", "correct horse \udcff\udcfe battery")
    done = yaohao("key", "new", tmp_path / "k")
    assert done.exit_code == 2 and "YAOHAO_PASSPHRASE" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_a_file_without_end_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAOHAO_PASSPHRASE", PASSPHRASE)
    large = tmp_path / "k"
    with large.open("wb") as file:
        file.truncate(5 << 20)
    done = yaohao("key", "change", large)
    assert done.exit_code == 2 and "4 MB" in done.stderr, done.stderr


def test_another_kind_of_key_is_refused() -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    pem = X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSPHRASE.encode()),
    )
    with pytest.raises(PlannerError):
        signing.open_key(pem, PASSPHRASE, "k")


def test_command_makes_a_key_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAOHAO_PASSPHRASE", PASSPHRASE)
    file = tmp_path / "k"
    made = told("key", "new", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert told("key", "show", f"{file}.pub")["key"] == made["key"]
    before = file.read_bytes()
    assert yaohao("key", "new", file).exit_code == 2
    assert file.read_bytes() == before
    assert yaohao("key", "show", file).exit_code == 2
    monkeypatch.delenv("YAOHAO_PASSPHRASE")
    result = yaohao("key", "new", tmp_path / "other")
    assert result.exit_code == 2
    assert "passphrase" in result.stderr
    assert not (tmp_path / "other").exists()


# ----------------------------------------------------------------------------- the arithmetic


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_vectors_of_the_standard(key: str, message: str, signature: str) -> None:
    for check in (signing.is_signed, independent.is_signed):
        assert check(key, bytes.fromhex(signature), bytes.fromhex(message))
        assert not check(key, bytes.fromhex(signature), bytes.fromhex(message) + b"x")


def test_both_makes_agree_on_changed_signatures() -> None:
    chance = random.Random(8032)
    sealed, _ = signing.new_key(PASSPHRASE)
    signer = signing.open_key(sealed, PASSPHRASE, "k")
    for number in range(60):
        message = chance.randbytes(chance.randrange(300))
        signature, key = bytearray(signer.sign(message)), bytearray.fromhex(signer.key)
        if number % 3 == 1:
            signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
        elif number % 3 == 2:
            key[chance.randrange(32)] ^= 1 << chance.randrange(8)
        ours = signing.is_signed(key.hex(), bytes(signature), message)
        assert ours == independent.is_signed(key.hex(), bytes(signature), message)
        assert ours == (number % 3 == 0)
    shifted = int.from_bytes(signature[32:], "little") + independent.ORDER
    again = bytes(signature[:32]) + shifted.to_bytes(32, "little")
    for check in (signing.is_signed, independent.is_signed):
        assert not check(signer.key, again, message)
        assert not check(signer.key, b"", message)


def test_openssl_takes_the_signature(signed: Signed) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"]
    files = [signed.bundle / name for name in ("SHA256SUMS.pub", "SHA256SUMS", "SHA256SUMS.sig")]
    done = subprocess.run(
        [*command, str(files[0]), "-in", str(files[1]), "-sigfile", str(files[2])],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


# -------------------------------------------------------------------------- signed publications


def test_signed_bundle_holds_and_says_with_which_key(
    signed: Signed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert names(signed.bundle) == names(signed.bundle, signed.public) == set()
    notes = {f.name for f in verify_bundle(signed.bundle) if f.ok is None}
    assert "signer" in notes
    notes = {f.name for f in verify_bundle(signed.bundle, None, signed.public) if f.ok is None}
    assert "signer" not in notes
    result = yaohao("verify", signed.bundle, "--key", f"{signed.key}.pub", "--verbose")
    assert result.exit_code == 0
    assert signed.public in result.stdout.replace("\n       ", "")
    words = [str(signed.bundle), "--key", f"{signed.key}.pub", "--verbose"]
    assert independent.main(words) == 0
    assert signed.public in capsys.readouterr().out
    assert independent.main([str(signed.bundle), "--key", str(signed.key)]) == 2
    assert yaohao("verify", "--key", f"{signed.key}.pub").exit_code == 2


def test_what_was_taken_away_or_signed_by_another_is_found(signed: Signed, tmp_path: Path) -> None:
    _, public = signing.new_key(PASSPHRASE)
    other = public_key(public)
    assert names(signed.bundle, other) == {"signer"}
    unsigned = tmp_path / "unsigned"
    rest = read(signed.bundle)
    for name in ("SHA256SUMS.sig", "SHA256SUMS.pub"):
        del rest[name]
    written(unsigned, rest)
    # the page still tells of the signature
    assert names(unsigned) == {"page"}
    assert names(unsigned, signed.public) == {"page", "signature"}
    sealed, _ = signing.new_key(PASSPHRASE)
    forger = signing.open_key(sealed, PASSPHRASE, "k")
    files = read(signed.bundle)
    files["SHA256SUMS.sig"] = forger.sign(files["SHA256SUMS"])
    files["SHA256SUMS.pub"] = signing.public_pem(forger.key)
    forged = tmp_path / "forged"
    written(forged, files)
    assert names(forged) == {"page"}
    assert names(forged, signed.public) == {"page", "signer"}


@pytest.mark.slow
def test_changed_signatures_are_found_by_all(
    signed: Signed, browser: Browser, tmp_path: Path
) -> None:
    files = read(signed.bundle)
    visit = browser.open(signed.bundle / "index.html", "en")
    assert visit.page.get_attribute("body", "data-state") == "pass"
    assert ("signature", "pass") in visit.states()
    assert ("signer", "open") in visit.states()
    assert signed.public in visit.text("#facts")
    assert visit.check_folder(files) == set()
    chance = random.Random(3)
    cases, expected = [], []
    for number in range(24):
        name = ("SHA256SUMS.sig", "SHA256SUMS.pub", "SHA256SUMS")[number % 3]
        content = bytearray(files[name])
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(7)
        other = {**files, name: bytes(content)}
        folder = tmp_path / str(number)
        written(folder, other)
        ours = names(folder)
        assert "signature" in ours
        cases.append(other)
        expected.append(ours)
    assert visit.check_folders(files, cases) == expected
    for name in ("SHA256SUMS.sig", "SHA256SUMS.pub"):
        other = {key: data for key, data in files.items() if key != name}
        folder = tmp_path / name
        written(folder, other)
        assert "signature" in names(folder)
        assert "signature" in visit.check_folder(other)


def test_page_without_ed25519_says_that_it_cannot_tell(signed: Signed, browser: Browser) -> None:
    gone = "Object.defineProperty(globalThis, 'crypto', {value: undefined})"
    visit = browser.open(signed.bundle / "index.html", "en", script=gone)
    assert visit.page.get_attribute("body", "data-state") == "pass"
    assert ("signature", "open") in visit.states()
    assert "cannot verify Ed25519" in visit.text("#own-steps")


def test_wrong_passphrase_publishes_nothing(signed: Signed, tmp_path: Path) -> None:
    secret = tmp_path / "wrong"
    secret.write_text("wrong horse")
    words = ("--workspace", signed.workspace, "publish", "spring", "--to", tmp_path / "out")
    result = yaohao(*words, "--sign", signed.key, "--passphrase-file", secret)
    assert result.exit_code == 2
    assert "cannot be opened" in result.stderr
    assert not (tmp_path / "out").exists()


# --------------------------------------------------------------------------------- time stamps


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_time_stamp_is_told_by_all_and_checked_by_openssl(
    digest: str, signed: Signed, authority: Path, browser: Browser, tmp_path: Path
) -> None:
    files = read(signed.bundle)
    files["SHA256SUMS.tsr"] = stamped(signed.bundle, authority, digest)
    folder = tmp_path / "b"
    written(folder, files)
    assert names(folder) == set()
    findings = {f.name: f for f in verify_bundle(folder)}
    told_ = findings["stamp"].params["time"]
    assert independent.stamp_of(files["SHA256SUMS.tsr"])[2] == told_
    assert findings["stamper"].ok is None
    visit = browser.open(folder / "index.html", "en")
    assert visit.check_folder(files) == set()
    assert told_[:10] in visit.text("#folder-result [data-step=stamp]")
    ca = authority / "ca.pem"
    checked = {f.name: f.ok for f in verify_bundle(folder, None, None, Vouchers(authority=ca))}
    assert checked["stamper"] is True
    assert yaohao("verify", folder, "--tsa", ca).exit_code == 0
    # another authority's certificate, another bundle, and no stamp at all
    more = ("-newkey", "rsa:2048", "-nodes", "-config", authority / "settings")
    other = tmp_path / "other.pem"
    openssl("req", "-x509", *more, "-keyout", tmp_path / "k.pem", "-out", other)
    assert {
        f.name
        for f in verify_bundle(folder, None, None, Vouchers(authority=other))
        if f.ok is False
    } == {"stamper"}
    (folder / "SHA256SUMS.tsr").unlink()
    assert {
        f.name for f in verify_bundle(folder, None, None, Vouchers(authority=ca)) if f.ok is False
    } == {"stamp"}


@pytest.mark.slow
def test_what_is_no_stamp_of_the_bundle_is_found_by_all(
    signed: Signed, authority: Path, browser: Browser, tmp_path: Path
) -> None:
    files = read(signed.bundle)
    right = stamped(signed.bundle, authority)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "SHA256SUMS").write_bytes(b"another list")
    foreign = stamped(elsewhere, authority)
    visit = browser.open(signed.bundle / "index.html", "en")
    chance = random.Random(3161)
    cases = [foreign, b"", b"\x30", b"\x30\x80", right[:-1], right + b"\x00", b"\x30\x00" * 9]
    cases += [right[:place] for place in range(1, 200, 37)]
    for _ in range(60):
        # whatever a byte is changed to, all three read the same or nothing
        other = bytearray(right)
        other[chance.randrange(min(len(right), 260))] = chance.randrange(256)
        cases.append(bytes(other))
    folder = tmp_path / "b"
    written(folder, files)
    judged = visit.check_folders(files, [{**files, "SHA256SUMS.tsr": one} for one in cases])
    for number, (content, failed) in enumerate(zip(cases, judged, strict=True)):
        (folder / "SHA256SUMS.tsr").write_bytes(content)
        assert failed == names(folder), number
        if number < len(cases) - 60:
            assert failed == {"stamp"}, number

"""The secret of the hashes: one that could be guessed is refused where a run begins, and shown nowhere."""

import base64
import hashlib
import os
import secrets
import subprocess
import sys
import uuid

import pytest
import stand_in
from pii_key import SecretError, check_secret
from warehouse import PROJECT

GUESSABLE = [
    "x", "password", "the secret of the tests", "correct horse battery staple", "CorrectHorseBatteryStaple",
    "Correct1Horse2Battery3Staple", "MyVerySecretPassword2024", "Summer2024!Summer2024!Summer2024!", "a" * 64, "0" * 32,
    "01" * 32, "deadbeef" * 8, "P4ssw0rd" * 4, "aB3" * 12, "0123456789abcdef" * 4, "fedcba9876543210" * 2,
    "00112233445566778899aabbccddeeff", "000102030405060708090a0b0c0d0e0f", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
    "deadbeefcafebabefeedfacedeadc0de", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "20240229" * 5, "é" * 40, "=" * 40, " " * 40, "my secret " * 10,
]  # fmt: skip
# As the documentation and the usual tools write random bytes.
DIGEST = hashlib.sha256(b"as good as random")
RANDOM = [
    DIGEST.hexdigest(), DIGEST.hexdigest()[:32], DIGEST.hexdigest().upper(), hashlib.sha512(b"too").hexdigest(),
    base64.b64encode(DIGEST.digest()).decode(), base64.urlsafe_b64encode(DIGEST.digest()[:16]).decode().rstrip("="),
]  # fmt: skip


@pytest.mark.parametrize("secret", [*GUESSABLE, str(uuid.uuid4()), secrets.token_hex(15), secrets.token_urlsafe(15)])
def test_a_secret_that_could_be_guessed_is_refused(monkeypatch, secret):
    monkeypatch.setenv("CIJ_PII_SECRET", secret)
    with pytest.raises(SecretError) as refused:
        check_secret()
    assert str(refused.value).startswith("CIJ_PII_SECRET: ")
    assert "secrets.token_hex(32)" in str(refused.value)
    assert len(secret) < 4 or secret not in str(refused.value)


@pytest.mark.parametrize("around", [" {}", "{} ", "{}\n", "\n{}", '"{}"'])
def test_a_secret_with_something_around_it_is_refused(monkeypatch, around):
    # It would make other hashes than the secret alone, and nobody would see why.
    monkeypatch.setenv("CIJ_PII_SECRET", around.format(RANDOM[0]))
    with pytest.raises(SecretError):
        check_secret()


@pytest.mark.parametrize("secret", ["", *RANDOM])
def test_random_bytes_and_no_secret_at_all_are_taken(monkeypatch, secret):
    monkeypatch.setenv("CIJ_PII_SECRET", secret)
    check_secret()


def test_what_the_documentation_makes_is_taken_always(monkeypatch):
    for _ in range(300):
        monkeypatch.setenv("CIJ_PII_SECRET", secrets.token_hex(32))
        check_secret()


def test_a_build_refuses_it_before_it_does_anything(tmp_path):
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--db", tmp_path / "x.duckdb"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"CIJ_PII_SECRET": "hunter2"}
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: CIJ_PII_SECRET: ") and done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--dry-run", "--keep-loaded"])
def test_a_refresh_refuses_it_and_publishes_nothing(tmp_path, monkeypatch, option):
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    monkeypatch.setenv("CIJ_PII_SECRET", "hunter2")
    stand_in.add_file(tmp_path / "export", "0")
    run = stand_in.start(tmp_path / "journeys.duckdb", tmp_path / "export", option)
    assert run.record["outcome"] == "refused"
    assert run.errors[0].startswith("CIJ_PII_SECRET: ") and "hunter2" not in str(run.record)
    assert not (tmp_path / "journeys.duckdb").exists()

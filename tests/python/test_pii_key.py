"""The secret of the hashes: a short one is refused where a run begins, one thought up is stretched, none is shown."""

import base64
import hashlib
import os
import secrets
import subprocess
import sys

import pytest

import stand_in
from cij.pii_key import SecretError, check_secret, key_of
from warehouse import PROJECT

# Without room for 16 random bytes.
SHORT = [
    "x", "password", "hunter2", "correct horse battery", "P4ssw0rd!", "deadbeefcafebabefeedfacedeadc0", "20240229" * 4,
    "86113433-19de-4294-80", "kVyc7dp9KNhxcAqDECLl", "c60f167e6460c8a95432123463184f", "é" * 21, "=" * 40, " " * 40,
]  # fmt: skip
# Long enough, but thought up.
STRETCHED = [
    "the secret of the tests", "correct horse battery staple", "CorrectHorseBatteryStaple", "MyVerySecretPassword2024",
    "Summer2024!Summer2024!Summer2024!", "a" * 64, "0" * 40, "01" * 32, "deadbeef" * 8, "P4ssw0rd" * 4, "aB3" * 12,
    "0123456789abcdef" * 4, "00112233445566778899aabbccddeeff", "20240229" * 5, "é" * 40,
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
]  # fmt: skip
# As the documentation and the usual tools write random bytes.
DIGEST = hashlib.sha256(b"as good as random")
RANDOM = [
    DIGEST.hexdigest(), DIGEST.hexdigest()[:32], DIGEST.hexdigest().upper(), hashlib.sha512(b"too").hexdigest(),
    base64.b64encode(DIGEST.digest()).decode(), base64.urlsafe_b64encode(DIGEST.digest()[:16]).decode().rstrip("="),
]  # fmt: skip


@pytest.mark.parametrize("secret", SHORT)
def test_a_short_secret_is_refused(monkeypatch, secret):
    monkeypatch.setenv("CIJ_PII_SECRET", secret)
    with pytest.raises(SecretError) as refused:
        check_secret()
    assert str(refused.value).startswith("CIJ_PII_SECRET: ")
    assert "secrets.token_hex(32)" in str(refused.value)
    assert len(secret) < 4 or secret not in str(refused.value)


@pytest.mark.parametrize("secret", STRETCHED)
def test_one_that_was_thought_up_is_stretched(monkeypatch, secret):
    monkeypatch.setenv("CIJ_PII_SECRET", secret)
    check_secret()
    assert len(key_of(secret)) == 22
    assert key_of(secret) != unstretched(secret)


def test_each_guess_at_it_is_costly(monkeypatch):
    costs = []
    scrypt = hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda *given, **cost: costs.append(cost) or scrypt(*given, **cost))
    key_of.cache_clear()
    key_of("thought up by somebody or other")
    key_of("thought up by somebody or other")
    (cost,) = costs
    assert cost["n"] * cost["r"] * 128 >= 32 * 2**20


def unstretched(secret: str) -> str:
    """Return the key of a secret that is as good as random."""
    digest = hashlib.sha256(f"cij:{secret}".encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


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
    assert not secret or key_of(secret) == unstretched(secret)


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe])
def test_random_bytes_are_taken_always(monkeypatch, make):
    for size in (16, 32):
        for _ in range(300):
            monkeypatch.setenv("CIJ_PII_SECRET", make(size))
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


@pytest.mark.parametrize("option", ["--dry-run", "--full-refresh"])
def test_a_refresh_refuses_it_and_publishes_nothing(tmp_path, monkeypatch, option):
    monkeypatch.setattr(stand_in.refresh, "load", stand_in.refresh.load)
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    monkeypatch.setenv("CIJ_PII_SECRET", "hunter2")
    stand_in.add_file(tmp_path / "export", "0")
    run = stand_in.start(tmp_path / "journeys.duckdb", tmp_path / "export", option)
    assert run.record["outcome"] == "refused"
    assert run.errors[0].startswith("CIJ_PII_SECRET: ") and "hunter2" not in str(run.record)
    assert not (tmp_path / "journeys.duckdb").exists()

"""The right to work on a file, held by one process at a time."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path

# How long to wait for the name of a holder that has only just come.
SIGNING_SECONDS = 0.5


class BusyError(Exception):
    """Another process holds the lock; the message names it and its start."""


class Lock:
    """A locked file, which the system gives back when the process ends, however it ends.

    Argument: place (the folder that the file `lock` is made in). As a context manager it raises BusyError where another
    process has it.
    """

    def __init__(self, place: Path) -> None:
        self.path = place / "lock"
        self.left_behind: dict | None = None

    def __enter__(self) -> Lock:
        self.file = self._opened()
        while not self.is_held():
            # Whoever held it removed the file between our opening and our locking it.
            self.file.close()
            self.file = self._opened()
        self.left_behind = _record(self.file)
        return self

    def __exit__(self, *_) -> None:
        self.file.truncate(0)
        self.file.close()

    def sign(self, run_id: str, started_at: str, kind: str = "refresh", parquet: str | None = None) -> None:
        """Write down who holds the lock, and where a refresh may leave Parquet files.

        The next holder finds it there if this process is killed.
        """
        self.file.truncate(0)
        signature = {"kind": kind, "run_id": run_id, "pid": os.getpid(), "started_at": started_at, "parquet": parquet}
        self.file.write(json.dumps(signature))
        self.file.flush()

    def is_held(self) -> bool:
        """Return whether the locked file is still the one at the path, which anybody may have removed."""
        try:
            return os.path.samestat(os.fstat(self.file.fileno()), self.path.lstat())
        except FileNotFoundError:
            return False

    def _opened(self):
        # Not by way of a link: the lock is written to.
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o640), "a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with file:
                raise BusyError(_describe(self._holder(file))) from None
        except OSError:
            file.close()
            raise
        return file

    def _holder(self, file) -> dict:
        """Return what the holder signed; it may be about to."""
        ends = time.monotonic() + SIGNING_SECONDS
        while (found := _record(file)) is None and time.monotonic() < ends:
            time.sleep(SIGNING_SECONDS / 20)
        return found or {}


def _record(file) -> dict | None:
    file.seek(0)
    try:
        return json.loads(file.read())
    except ValueError:
        return None


def _describe(holder: dict) -> str:
    return (
        f"another {holder.get('kind', 'refresh')} is running: process {holder.get('pid', 'unknown')}, "
        f"since {holder.get('started_at', 'an unknown time')} UTC"
    )

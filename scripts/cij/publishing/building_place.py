"""The hidden folder beside a database file in which a build prepares it, and the lock of all who write that file.

.x.duckdb.building/      beside x.duckdb, open to its owner only; gone again when nobody works on the file
    lock                 held by the build or the refresh that does; says which
    k3vq0x_1/            what that build makes
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from cij.disk import is_exhaustion, make_private, sweep
from cij.project import schemas
from cij.publishing.lock import Lock
from cij.publishing.run_log import now


class PlaceError(Exception):
    """A file can't be made where it was asked for; the message names the path and says what to do."""


class LostPlaceError(Exception):
    """Somebody removed the place while a run worked in it; the message says so."""


def fault_of_name(file: Path, option: str) -> str | None:
    """Return why a database file can't have its name, or None. Arguments: file, option (that asked for it)."""
    catalog = file.name.split(".")[0].lower()
    if catalog in schemas():
        return (
            f"{file}: DuckDB names what is in a file after it, so {catalog}.x would mean two things; choose another "
            f"{option}, such as {file.with_name('journeys.duckdb')}"
        )
    return None


class BuildingPlace:
    """An empty folder of this run's own.

    Arguments: target (the file's path, resolved), kind (of run: build or refresh), started_at (of the run).
    As a context manager it raises BusyError where another process works on the same file, and PlaceError. It begins by
    removing what killed runs have left there.
    """

    def __init__(self, target: Path, kind: str = "build", started_at: str | None = None) -> None:
        self.target = target
        self.kind = kind
        self.started_at = started_at or now()
        self.place = target.with_name(f".{target.name}.building")

    def __enter__(self) -> BuildingPlace:
        try:
            self.lock = self._locked()
            self.lock.sign("", self.started_at, self.kind)
            sweep(self.place, but=self.lock.path)
            # A name that no other run ever has: whatever stands there at the end, this run has made.
            self.folder = Path(tempfile.mkdtemp(dir=self.place, prefix=""))
        except OSError as error:
            if is_exhaustion(str(error)):
                raise
            raise PlaceError(
                f"{self.target.parent}: can't be written ({error.strerror}); choose another place for "
                f"{self.target.name}"
            ) from error
        return self

    def __exit__(self, *_) -> None:
        try:
            if self.lock.is_held():
                sweep(self.place, but=self.lock.path)
                self.lock.path.unlink(missing_ok=True)
                self.place.rmdir()
        except OSError:
            pass  # The next run sweeps it.
        finally:
            self.lock.__exit__()

    def check(self) -> None:
        """Raise LostPlaceError where the folder is no longer this run's own."""
        if not self.lock.is_held() or not self.folder.is_dir():
            raise LostPlaceError(f"{self.place}: was removed while {self.target.name} was built in it; build again")

    def _locked(self) -> Lock:
        """Return the lock, held."""
        while True:
            if self.place.is_symlink():
                raise PlaceError(f"{self.place}: a link, which would lead elsewhere; remove it")
            make_private(self.place)
            try:
                return Lock(self.place).__enter__()
            except FileNotFoundError:
                continue  # Another run has ended, and taken the folder with it.

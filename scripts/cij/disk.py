"""Copies files and makes sure that they are on the disk, and tells when a machine has no room left."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import stat
from pathlib import Path

# What DuckDB and the system say when disk or memory run out.
EXHAUSTED = re.compile(
    "No space left on device|Disk quota exceeded|File too large|Out of Memory Error|failed to allocate"
    "|Cannot allocate memory|std::bad_alloc|MemoryError",
    re.IGNORECASE,
)
# Where copying inside the kernel isn't possible: other file systems, old kernels.
NO_KERNEL_COPY = (errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


class ExhaustedError(Exception):
    """The disk is full or the memory is used up; the message says which and what to do."""


def is_exhaustion(message: str) -> bool:
    """Return whether an error's message says that disk or memory ran out."""
    return bool(EXHAUSTED.search(message))


def keep_files_private() -> None:
    """Let whatever this process makes be for the owner and the group at most; a stricter umask stays.

    A picture of its memory, which holds rows and the key of hashes, it makes for nobody.
    """
    os.umask(os.umask(0o077) | 0o027)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter, unless it is there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        # The bit by which a folder hands its group on stays: what is published in the end needs that group.
        folder.chmod(mode & ~0o077)


def sweep(folder: Path, but: Path | None = None) -> None:
    """Remove everything in a folder, but for one file. Links go, and what they lead to stays."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != but:
            path.unlink()


def check_free_space(folder: Path, needed: int) -> None:
    """Raise ExhaustedError where the folder's disk has less room than needed, in bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ExhaustedError(
            f"{folder}: {_megabytes(needed)} are needed here and {_megabytes(free)} are free; make room, or keep fewer "
            "generations (--keep)"
        )


def copy_file(source: Path, destination: Path) -> None:
    """Copy a file to a place where none is; file systems that can share blocks copy nothing until one changes."""
    with source.open("rb") as old, destination.open("xb") as new:
        left = os.fstat(old.fileno()).st_size
        try:
            while left and hasattr(os, "copy_file_range"):
                copied = os.copy_file_range(old.fileno(), new.fileno(), left)
                if copied == 0:
                    break
                left -= copied
        except OSError as error:
            if error.errno not in NO_KERNEL_COPY:
                raise
        if left:
            shutil.copyfileobj(old, new)


def sync(path: Path) -> None:
    """Return when a file's content, or a folder's list of names, would survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(folder: Path) -> None:
    """Do the same for a folder, with every file and folder below it."""
    for place, _, names in os.walk(folder):
        for name in names:
            sync(Path(place, name))
        sync(Path(place))


def write_text(path: Path, text: str) -> None:
    """Write a text file so that it survives a power cut."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"

"""Tells of an error that nobody foresaw, in one line and without any row's content; a traceback could quote some."""

from __future__ import annotations

import traceback
from pathlib import Path

import duckdb

from cij.dbt_run import clean_message
from cij.project import PACKAGE


class StoppedError(KeyboardInterrupt):
    """The process was asked to end; whatever handles the keyboard's interrupt handles this, too."""


def stop(*_) -> None:
    """Raise StoppedError, as a signal's handler."""
    raise StoppedError


def describe(error: BaseException) -> str:
    """Return what to say of an error that no rule of the project speaks of."""
    if isinstance(error, StoppedError):
        return "asked to stop by a signal"
    if isinstance(error, KeyboardInterrupt):
        return "stopped from the keyboard"
    if isinstance(error, MemoryError):
        return "the memory is used up"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, duckdb.Error):
        return clean_message(str(error))
    return f"unforeseen {type(error).__name__} {_place_of(error)}; please report it"


def _place_of(error: BaseException) -> str:
    """Return where in the project an error arose. What it says itself may be a value out of a row."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    if not ours:
        return "outside of the project's scripts"
    return f"in {ours[-1].name} ({Path(ours[-1].filename).name}, line {ours[-1].lineno})"

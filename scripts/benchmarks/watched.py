"""Runs a command and tells what it and all processes that it starts have used."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from bench import printed_by

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def watched(command: list) -> dict:
    """Run a command to its end.

    Argument: command (words). Returns seconds, cpu_seconds, peak_gb (of the processes' memory together) and output
    (what it printed as JSON, if anything). Raises SystemExit with the command's own error where it fails.
    """
    # What the step before has written must not be written out while this one runs.
    os.sync()
    started, peak, used = time.monotonic(), 0, {}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [str(word) for word in command], stdout=output, stderr=errors, start_new_session=True
        )
        while process.poll() is None:
            now = processes_of(process.pid)
            peak = max(peak, sum(memory for memory, _ in now.values()))
            used |= {number: seconds for number, (_, seconds) in now.items()}
            time.sleep(0.5)
        seconds = time.monotonic() - started
        printed = printed_by(command, process.returncode, output, errors)
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(sum(used.values()), 1),
        "peak_gb": round(peak / 1024**3, 2),
    } | ({"output": printed} if printed else {})


def processes_of(session: int) -> dict[int, tuple[int, float]]:
    """Return memory in bytes and seconds of processors of each process of a session, by its number."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # What follows the command's name, which may hold blanks and brackets.
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            if int(fields[3]) == session:
                found[int(folder.name)] = int(fields[21]) * PAGE, (int(fields[11]) + int(fields[12])) / TICKS
    return found

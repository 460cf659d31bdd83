"""Reads the definitions in schedules/ as their programs would, and makes a copy of the project for them to run in."""

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import simulate
from warehouse import PROJECT

SCHEDULES = PROJECT / "schedules"
# Where the definitions expect things to be.
PROGRAM, EXPORT, PUBLISHED, SETTINGS = (
    "/opt/journeys-warehouse", "/srv/journeys/export", "/srv/journeys/published", "/etc/journeys",
)  # fmt: skip
# Nobody's.
SECRET = hashlib.sha256(b"not a real one").hexdigest()
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "target", "logs", "exports", "__pycache__", ".*_cache", "*.duckdb*")


class Installation:
    """The project as installed for a schedule: a copy of it, a small export, and a place to publish to.

    Its environment is the one that the tests run in.
    """

    def __init__(self, folder: Path) -> None:
        self.program, self.export, self.published, self.settings = (
            folder / name for name in ("program", "export", "published", "settings")
        )
        shutil.copytree(PROJECT, self.program, ignore=LEFT_OUT, symlinks=True)
        environment = self.program / ".venv"
        environment.mkdir()
        for path in Path(sys.prefix).iterdir():
            if path.name != ".installed":
                (environment / path.name).symlink_to(path)
        (environment / ".installed").touch()
        for made in (self.program / "target", self.published, self.settings):
            made.mkdir()
        written = simulate.main(["--out", str(self.export), "--rows", "600", "--seed", "5", "--quiet"])
        assert written == 0
        self.settings_file = self.settings / "refresh.env"
        example = (SCHEDULES / "refresh.env.example").read_text(encoding="utf-8")
        self.settings_file.write_text(self.placed(example).replace("CIJ_PII_SECRET=", f"CIJ_PII_SECRET={SECRET}"))

    @property
    def file(self) -> Path:
        """Return the published file."""
        return Path(self.environment()["CIJ_PUBLISH"])

    def placed(self, text: str) -> str:
        """Return a definition's text with this installation's paths."""
        for name, path in (
            (PROGRAM, self.program), (EXPORT, self.export), (PUBLISHED, self.published), (SETTINGS, self.settings),
        ):  # fmt: skip
            text = text.replace(name, str(path))
        return text

    def environment(self) -> dict[str, str]:
        """Return what the settings file sets, read as systemd reads it."""
        lines = self.settings_file.read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


class Unit:
    """A systemd unit's settings: the values of each, in order, by section and name."""

    def __init__(self, text: str) -> None:
        self.values: dict[tuple[str, str], list[str]] = {}
        section = ""
        for line in text.replace("\\\n", " ").splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("#"):
                name, value = line.split("=", 1)
                self.values.setdefault((section, name), []).append(value)

    def one(self, section: str, name: str) -> str:
        """Return a setting's last value."""
        return self.values[section, name][-1]

    def command(self, environment: dict[str, str]) -> list[str]:
        """Return the command that ExecStart stands for, with its variables filled."""
        words = shlex.split(self.one("Service", "ExecStart"))
        filled = (re.sub(r"(?<!\$)\$\{(\w+)\}", lambda match: environment[match[1]], word) for word in words)
        return [word.replace("$$", "$") for word in filled]


def crontab_entries(text: str) -> tuple[dict[str, str], list[tuple[list[str], str]]]:
    """Return a crontab's variables, and each entry's five times and command. Raises ValueError at any other line."""
    variables, entries = {}, []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if match := re.fullmatch(r"(\w+)\s*=\s*(.*)", line):
            variables[match[1]] = match[2]
        elif match := re.fullmatch(r"((?:[\d*/,-]+\s+){5})([^%]+)", line):
            entries.append((match[1].split(), match[2]))
        else:
            raise ValueError(f"no line of a crontab: {line}")
    return variables, entries


def read_only_but(command: list[str], writable: list[Path]) -> list[str]:
    """Return the command, run where all is read-only but for these folders, as ProtectSystem=strict has it.

    Needs the right to mount, which can_mount() tells.
    """
    binds = [f"mount --bind {shlex.quote(str(path))} {shlex.quote(str(path))}" for path in writable]
    script = " && ".join([*binds, "mount -o remount,bind,ro /", 'exec "$@"'])
    return ["unshare", "--mount", "sh", "-c", script, "sh", *command]


def can_mount() -> bool:
    """Return whether this process may make a mount namespace of its own."""
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(
        ["unshare", "--mount", "mount", "-o", "remount,bind,ro", "/"], capture_output=True, check=False
    )
    return done.returncode == 0

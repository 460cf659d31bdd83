"""What make hands to the scripts: every value as it was given, and nothing of it run by make or by the shell."""

import itertools
import os
import shutil
import subprocess

import pytest

from cij.commands import refresh
from warehouse import PROJECT

# In the place of Python: writes down the arguments of a script.
RECORDER = """#!/bin/sh
shift
printf '%s\\0' "$@" > arguments
"""
HOSTILE = [
    "`touch ran`", "$(touch ran)", "$$(touch ran)", "$(shell touch ran)", "${shell touch ran}", "$HOME ${HOME} $$$$x",
    '"; touch ran; "', "'; touch ran; '", "; touch ran", "| touch ran", "&& touch ran", "> ran",
    "$(eval X=1)$(warning ran)", "a'b\"c", "two  blanks ", "* ? [a-z]", "~", "#not a comment", "back\\slash\\", "-x",
    "--json", "line\ntouch ran", "é ☃ \u202eevil", "%s %d", "!x", "@echo", "x=y", "{a: 'b'}", "$(foreach x,a b,$x)",
]  # fmt: skip
NAMES = {
    "build": {
        "RAW": "--raw", "DB": "--db", "REFERENCE": "--reference", "ERASURES": "--erasures", "PUBLISH": "--publish",
        "VARS": "--vars",
    },
    "refresh": {
        "RAW": "--raw", "REFERENCE": "--reference", "ERASURES": "--erasures", "PUBLISH": "--publish", "VARS": "--vars",
        "OPTIONS": "--options",
    },
    "docs": {"DB": "--db"},
    "dashboard": {"DB": "--db", "PORT": "--port"},
    "report": {"DB": "--db", "FROM": "--from", "TO": "--to", "OUT": "--out"},
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """Return a folder with the project's Makefile and an environment whose Python writes down what it was given."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    for folder, requirements in ((".venv", "requirements.txt"), (".dashboard", "dashboards/requirements.txt")):
        (tmp_path / requirements).parent.mkdir(exist_ok=True)
        (tmp_path / requirements).touch()
        python = tmp_path / folder / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(RECORDER)
        python.chmod(0o755)
        (tmp_path / folder / ".installed").touch()
    return tmp_path


def made(project, target, in_environment: bool, **values: str) -> list[str]:
    """Make a target with values given on the command line or in the environment. Returns the script's arguments."""
    (project / "arguments").unlink(missing_ok=True)
    given = [f"{name}={value}" for name, value in values.items()]
    bare = {name: value for name, value in os.environ.items() if not any(name in names for names in NAMES.values())}
    done = subprocess.run(
        ["make", "-C", project, target, *([] if in_environment else given)], capture_output=True, text=True,
        check=False, env=bare | (values if in_environment else {}),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "ran" not in {path.name for path in project.iterdir()}, values
    assert "warning" not in done.stderr.lower(), done.stderr
    words = (project / "arguments").read_text().split("\0")[:-1]
    # Before the options stands which program or command it is.
    return list(itertools.dropwhile(lambda word: not word.startswith("--"), words))


@pytest.mark.parametrize("target", NAMES)
@pytest.mark.parametrize("in_environment", [False, True], ids=["command line", "environment"])
def test_scripts_get_every_value_as_it_was_given(project, target, in_environment):
    for value in HOSTILE:
        arguments = made(project, target, in_environment, **dict.fromkeys(NAMES[target], value))
        assert sorted(arguments) == sorted(f"{option}={value}" for option in NAMES[target].values())


def test_values_that_are_not_given_are_no_options(project):
    assert made(project, "build", False) == ["--db=warehouse.duckdb"]
    assert made(project, "refresh", False, PUBLISH="x.duckdb") == ["--publish=x.duckdb"]


def test_the_dashboard_shows_the_sample_where_there_is_no_warehouse_yet(project):
    assert made(project, "dashboard", False) == ["--db=warehouse.duckdb", "--port=8501"]
    would_run = ["make", "-n", "-C", project, "dashboard"]
    assert (
        "cij build --db=warehouse.duckdb"
        in subprocess.run(would_run, capture_output=True, text=True, check=True).stdout
    )
    (project / "warehouse.duckdb").touch()
    assert "cij build" not in subprocess.run(would_run, capture_output=True, text=True, check=True).stdout


def test_python_may_stand_in_any_folder(project):
    (project / ".venv" / ".installed").unlink()
    odd = project / "a `touch ran` $(touch ran) 'folder'"
    odd.mkdir()
    python = odd / "python3"
    python.write_text('#!/bin/sh\n[ "$2" = venv ] && touch .venv/was-made\nexit 0\n')
    python.chmod(0o755)
    assert made(project, "build", False, PYTHON=str(python)) == ["--db=warehouse.duckdb"]
    assert (project / ".venv" / "was-made").exists()


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ("--dry-run --keep 0", 2, "--keep must be at least 1"),
        ("--rollback '--dry-run'", 2, "--rollback goes with neither"),
        ("--parquet 'a folder with blanks' --keep 0", 2, "--keep must be at least 1"),
        ("--keep 'unclosed", 2, "--options: No closing quotation"),
        ("$(touch ran) `touch ran`", 2, "unrecognized arguments: $(touch ran) `touch ran`"),
    ],
)
def test_options_are_words_for_the_refresh_alone(tmp_path, monkeypatch, capsys, options, code, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        refresh.parse_arguments(["--raw=x", "--publish=y", f"--options={options}"])
    assert ended.value.code == code
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_options_may_be_quoted():
    options = "--keep 5 --on-failure 'mail -s \"it failed\" x' --json"
    arguments = refresh.parse_arguments(["--raw=x", "--publish=y", f"--options={options}"])
    assert (arguments.keep, arguments.on_failure, arguments.json) == (5, 'mail -s "it failed" x', True)

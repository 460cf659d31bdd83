"""The definitions in schedules/: each is read by its own program where that is there, and its command line is run."""

import fcntl
import json
import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import yaml

from schedule_files import SCHEDULES, SECRET, Installation, Unit, can_mount, crontab_entries, read_only_but

SERVICE = SCHEDULES / "systemd" / "journeys-refresh.service"
CREDENTIAL = SCHEDULES / "systemd" / "journeys-refresh.service.d" / "credential.conf"
CRONTAB = SCHEDULES / "cron" / "journeys.crontab"
WORKFLOW = yaml.safe_load((SCHEDULES / "github-actions.yml").read_text(encoding="utf-8"))
STEPS = WORKFLOW["jobs"]["refresh"]["steps"]
BARE = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """Return an installation in which nothing has run yet."""
    return Installation(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="module")
def first_run(installation, tmp_path_factory):
    """Return the finished process of the service's first run, with as little of the file system as the unit grants."""
    unit = Unit(installation.placed(SERVICE.read_text(encoding="utf-8")))
    environment = installation.environment()
    command = unit.command(environment)
    private = tmp_path_factory.mktemp("private")
    environment |= dict([unit.one("Service", "Environment").split("=", 1)])
    if can_mount():
        writable = [Path(path) for path in unit.one("Service", "ReadWritePaths").split()]
        command = read_only_but(command, [*writable, private])
    return run(command, BARE | {"TMPDIR": str(private)} | environment, unit.one("Service", "WorkingDirectory"))


@pytest.fixture
def refreshed(installation, first_run):
    """Return an installation that has published once."""
    assert first_run.returncode == 0, first_run.stderr
    return installation


def run(command, environment, folder) -> subprocess.CompletedProcess:
    """Run a command with this environment only, in a folder."""
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


@contextmanager
def another_refresh(installation):
    """Hold the lock that a running refresh holds."""
    with (installation.file.with_name(f".{installation.file.name}.refresh") / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# systemd


def test_service_publishes_and_writes_where_it_may_only(refreshed):
    with duckdb.connect(str(refreshed.file), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.fct_interactions").fetchone()[0] > 0


def test_service_with_the_key_as_a_credential(refreshed, tmp_path):
    unit = Unit(SERVICE.read_text(encoding="utf-8") + CREDENTIAL.read_text(encoding="utf-8"))
    (tmp_path / "pii-secret").write_text(f"{SECRET}\n")
    environment = {name: value for name, value in refreshed.environment().items() if name != "CIJ_PII_SECRET"}
    done = run(
        unit.command(environment),
        BARE | environment | {"CREDENTIALS_DIRECTORY": str(tmp_path)},
        refreshed.program,
    )
    assert done.returncode == 0, done.stderr


def test_service_knows_the_exit_codes(refreshed):
    unit = Unit(refreshed.placed(SERVICE.read_text(encoding="utf-8")))
    with another_refresh(refreshed):
        overlap = run(unit.command(refreshed.environment()), BARE | refreshed.environment(), refreshed.program)
    assert str(overlap.returncode) in unit.one("Service", "SuccessExitStatus").split()
    refused = run(unit.command(refreshed.environment() | {"CIJ_RAW_PATH": "/nowhere"}), BARE, refreshed.program)
    assert str(refused.returncode) in unit.one("Service", "RestartPreventExitStatus").split()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_takes_the_units(refreshed, tmp_path):
    for source in (SERVICE, SERVICE.with_suffix(".timer"), CREDENTIAL):
        target = tmp_path / source.relative_to(SERVICE.parent)
        target.parent.mkdir(exist_ok=True)
        target.write_text(refreshed.placed(source.read_text(encoding="utf-8")))
    units = [tmp_path / SERVICE.name, tmp_path / SERVICE.with_suffix(".timer").name]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    # Of other units of the machine it may complain as well.
    assert "journeys" not in done.stderr
    assert done.returncode == 0, done.stderr
    exposure = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", units[0]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert exposure.returncode == 0, exposure.stdout + exposure.stderr
    when = Unit(units[1].read_text(encoding="utf-8")).one("Timer", "OnCalendar")
    assert "Next elapse" in subprocess.check_output(["systemd-analyze", "calendar", when], text=True)


# cron


def cron_run(installation, *options) -> subprocess.CompletedProcess:
    """Run what the crontab's entry holds, as cron does."""
    variables, [(_, command)] = crontab_entries(installation.placed(CRONTAB.read_text(encoding="utf-8")))
    return run(
        [variables["SHELL"], "-c", " ".join([command, *options])],
        {name: variables[name] for name in ("SHELL", "PATH")} | {"HOME": "/nonexistent"},
        "/",
    )


def test_cron_mails_nothing_when_all_is_well(refreshed):
    done = cron_run(refreshed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_cron_mails_no_overlap(refreshed):
    with another_refresh(refreshed):
        done = cron_run(refreshed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_cron_mails_a_failure(refreshed):
    done = cron_run(refreshed, "--keep", "none")
    assert done.returncode == 2
    assert "--keep" in done.stdout


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (None, "not readable"), ("CIJ_RAW_PATH=/x\n", "gives no CIJ_PUBLISH"), ("$(touch ran)\n", "no NAME=value"),
        ("CIJ RAW=x\n", "no NAME=value"), ("1X=x\n", "no NAME=value"), ('CIJ_RAW_PATH="/x"\n', "without quotes"),
    ],
)  # fmt: skip
def test_cron_says_what_is_wrong_with_the_settings(installation, tmp_path, settings, message):
    file = tmp_path / "refresh.env"
    if settings:
        file.write_text(settings)
    done = run([installation.program / "schedules" / "cron" / "refresh.sh", file], BARE, "/")
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {file}: ")
    assert message in done.stderr


def test_cron_runs_nothing_that_stands_in_a_setting(installation, tmp_path):
    settings = tmp_path / "refresh.env"
    raw = f"{tmp_path}/$(touch ran) `touch ran`; touch ran"
    settings.write_text(f"CIJ_RAW_PATH={raw}\nCIJ_PUBLISH={tmp_path}/$HOME x.duckdb\n# the end, without a newline")
    done = run([installation.program / "schedules" / "cron" / "refresh.sh", settings], BARE, tmp_path)
    assert done.returncode == 2
    assert done.stdout == f"error: {raw}: no such folder; it must be an export's folder\n"
    assert not (tmp_path / "ran").exists()


def test_cron_log_and_time_limit(refreshed, tmp_path):
    log, settings = tmp_path / "refresh.log", tmp_path / "refresh.env"
    settings.write_text(refreshed.settings_file.read_text() + f"CIJ_REFRESH_LOG={log}\nCIJ_TIME_LIMIT=0.05\n")
    done = run([refreshed.program / "schedules" / "cron" / "refresh.sh", settings], BARE, "/")
    assert done.returncode == 124
    assert "longer than 0.05" in done.stdout
    assert re.match(r"\S+Z exit code 124\n", log.read_text())
    assert SECRET not in log.read_text() + done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("crontab"), reason="crontab is not here")
def test_cron_takes_the_crontab():
    subprocess.run(["crontab", "-n", CRONTAB], check=True, capture_output=True)


# GitHub Actions


def github_run(installation, step, scratch, inputs=None) -> subprocess.CompletedProcess:
    """Run a step's lines as a runner does, with the environment that the workflow states."""
    given = installation.environment()
    values = {
        "vars.CIJ_RAW_PATH": given["CIJ_RAW_PATH"],
        "vars.CIJ_PUBLISH": given["CIJ_PUBLISH"],
        "secrets.CIJ_PII_SECRET": given["CIJ_PII_SECRET"],
        "inputs.full_refresh": "",
    } | (inputs or {})
    stated = WORKFLOW["jobs"]["refresh"]["env"] | step.get("env", {})
    environment = {
        name: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: values[match[1]], value) for name, value in stated.items()
    }
    script = scratch / "step.sh"
    script.write_text(step["run"])
    runner = {"RUNNER_TEMP": str(scratch), "GITHUB_STEP_SUMMARY": str(scratch / "summary.md")}
    assert WORKFLOW["defaults"]["run"]["shell"] == "bash"
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", script]
    return run(command, BARE | runner | environment, installation.program)


def test_workflow_runs_one_at_a_time_with_least_rights():
    # YAML 1.1 takes the key "on" for true.
    triggers = WORKFLOW[True]
    assert set(triggers) == {"schedule", "workflow_dispatch"}
    assert WORKFLOW["permissions"] == {}
    assert WORKFLOW["jobs"]["refresh"]["permissions"] == {"contents": "read"}
    assert WORKFLOW["concurrency"] == {"group": "journeys-refresh", "cancel-in-progress": False}
    for step in STEPS:
        # Values go in as variables of the environment: in the lines themselves they would be run.
        assert "${{" not in step.get("run", "")
    assert [step["name"] for step in STEPS if "secrets." in str(step)] == ["Refresh"]


def test_workflow_names_every_action_by_its_commit():
    lines = re.findall(r"\buses:.*", (SCHEDULES / "github-actions.yml").read_text(encoding="utf-8"))
    assert len(lines) == sum("uses" in step for step in STEPS) == 2
    for line in lines:
        assert re.fullmatch(r"uses: actions/(checkout|setup-python)@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_workflow_steps_run(refreshed, tmp_path):
    for step in STEPS:
        if "run" in step:
            done = github_run(refreshed, step, tmp_path)
            assert done.returncode == 0, done.stderr
    summary = (tmp_path / "summary.md").read_text()
    told = json.loads(summary.removeprefix("```json\n").removesuffix("```\n"))
    assert (told["exit_code"], told["published"]) == (0, str(refreshed.file))
    assert SECRET not in summary


def test_workflow_takes_an_overlap_for_no_failure(refreshed, tmp_path):
    [refresh] = [step for step in STEPS if step.get("name") == "Refresh"]
    with another_refresh(refreshed):
        done = github_run(refreshed, refresh, tmp_path, {"inputs.full_refresh": "true"})
    assert done.returncode == 0
    assert done.stdout.startswith("::notice::Another refresh")

"""Tells somebody that a refresh failed: gives its summary to a command or to a web address."""

from __future__ import annotations

import os
import re
import subprocess
import urllib.error
import urllib.request

ADDRESS = re.compile("^https?://", re.IGNORECASE)
ADDRESS_SECONDS = 10
COMMAND_SECONDS = 60
STANDARD_ERROR = 2
SECRETS = re.compile("SECRET|PASSWORD|PASSWD|TOKEN|CONNECTION_STRING|CREDENTIAL|KEY|SAS", re.IGNORECASE)


def call_hook(hook: str, summary: str) -> str | None:
    """Call the hook and return what went wrong with it, or None.

    Arguments: hook (a command for sh, which gets the summary as its input, or an http or https address, to which it is
    posted), summary (JSON text).
    """
    try:
        if ADDRESS.match(hook):
            _post(hook, summary)
        else:
            _run(hook, summary)
    except urllib.error.HTTPError as error:
        return f"the failure hook answered {error.code}"
    except (urllib.error.URLError, TimeoutError, subprocess.TimeoutExpired):
        return "the failure hook did not answer in time, or can't be reached"
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        return f"the failure hook failed ({getattr(error, 'returncode', type(error).__name__)})"
    return None


def _post(address: str, summary: str) -> None:
    request = urllib.request.Request(address, summary.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=ADDRESS_SECONDS):
        pass


def _run(command: str, summary: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not SECRETS.search(name)}
    # What the command prints must not stand among the JSON of --json.
    subprocess.run(
        command, shell=True, input=summary, text=True, timeout=COMMAND_SECONDS, check=True, stdout=STANDARD_ERROR,
        env=environment,
    )  # fmt: skip

"""Starts the dashboard over a warehouse, or over the marts that a build or refresh publishes.

Exit codes: 2 the file or the port can't be used; else those of Streamlit.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

from cij.commands.status import UnknownFileError, status
from cij.quoting import shown

APP = Path(__file__).with_name("app.py")
ADDRESS = "127.0.0.1"
# Nobody but this machine is served, and nobody is told of it.
OPTIONS = {
    "server.address": ADDRESS,
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "logger.hideWelcomeMessage": "true",
    "client.showErrorDetails": "none",
    "theme.base": "light",
}


def main() -> int:
    """Run the command line. Returns the exit code, unless it turns into Streamlit's process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", metavar="FILE", required=True, help="a warehouse, or what a refresh publishes")
    parser.add_argument("--port", metavar="NUMBER", required=True, help="where to listen, on this machine alone")
    arguments = parser.parse_args()
    try:
        if not arguments.db:
            raise UnknownFileError("DB is empty: name the warehouse, or what a refresh publishes")
        file = Path(arguments.db).resolve()
        status(file)
        port = free_port(arguments.port)
    except (UnknownFileError, ValueError) as error:
        print(f"error: {shown(str(error))}", file=sys.stderr)
        return 2
    print(f"the dashboard over {shown(str(file))} is at http://{ADDRESS}:{port}/ (stop it with Ctrl+C)", flush=True)
    os.environ["CIJ_DASHBOARD_DB"] = str(file)
    options = [f"--{name}={value}" for name, value in (OPTIONS | {"server.port": port}).items()]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *options])


def free_port(given: str) -> int:
    """Return the number of a port that can be listened at. Raises ValueError."""
    if not (given.isascii() and given.isdigit() and 1024 <= int(given) <= 65535):
        raise ValueError(f"PORT={given}: has to be a number from 1024 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, int(given)))
        except OSError as error:
            raise ValueError(f"PORT={given}: {error.strerror.lower()}; name another one") from error
    return int(given)


if __name__ == "__main__":
    sys.exit(main())

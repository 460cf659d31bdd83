"""The warehouse's command line.

Usage: cij COMMAND [OPTION …]; `cij COMMAND --help` says more.
"""

import importlib
import sys

# Command: the module whose main() it is, and what it does.
COMMANDS = {
    "load": ("cij.commands.load", "write down in a warehouse what is new in an export, for dbt to build from"),
    "build": ("cij.commands.build", "build and test the warehouse, of the sample or of an export"),
    "refresh": ("cij.commands.refresh", "load what is new in an export, test, and publish"),
    "rollback": ("cij.commands.rollback", "publish the generation before the present one"),
    "report": ("cij.commands.report", "write the report of a period, one HTML file"),
    "status": ("cij.commands.status", "say what a warehouse or a published file holds, and how its last run ended"),
    "simulate": ("simulate", "write simulated events: the sample, or an export of any size"),
}


def main() -> int:
    """Run the command line. Returns the exit code; 2 where there is no such command."""
    name, *words = sys.argv[1:] or ["--help"]
    if name in ("-h", "--help"):
        print(f"{__doc__.strip()}\n\nCommands:")
        for command, (_, meaning) in COMMANDS.items():
            print(f"  {command:<10}{meaning}")
        return 0
    if name not in COMMANDS:
        print(f"error: {name}: no such command; they are {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    # What argparse calls the program.
    sys.argv[0] = f"cij {name}"
    return importlib.import_module(COMMANDS[name][0]).main(words)


if __name__ == "__main__":
    # `python -m` runs code from the current folder, too, where a warehouse may well be.
    if not sys.flags.safe_path:
        sys.path.pop(0)
    sys.exit(main())

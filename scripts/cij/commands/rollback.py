"""Publishes the generation before the present one; the next refresh reads again what came after it.

The same as `cij refresh --rollback`, with its exit codes and options.
"""

from __future__ import annotations

from cij.commands import refresh


def main(words: list[str]) -> int:
    """Run the command line. Argument: words (its options). Returns the exit code."""
    return refresh.main([*words, "--rollback"])

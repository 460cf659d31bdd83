"""Tells which columns a file means where it doesn't name them plainly.

Power BI and DAX write `EmailSent[Timestamp]`, `'Email Sent'[Timestamp]` or `[Timestamp]`; other programs leave blanks
or a byte order mark around names.
"""

from __future__ import annotations

import re
from collections.abc import Collection

BRACKETED = re.compile(r"""^(?:'(?:[^']|'')+'|"(?:[^"]|"")+"|[^\[\]'"]*)\[(.+)\]$""", re.DOTALL)
# Beside those that Python counts as blanks; the first is a byte order mark.
WITHOUT_WIDTH = "\ufeff\u200b\u200c\u200d\u2060"


def trimmed(text: str) -> str:
    """Return a text without blanks around it, those without width among them."""
    while text != (text := text.strip().strip(WITHOUT_WIDTH)):
        pass
    return text


def plain_names(names: Collection[str], known: Collection[str]) -> dict[str, str]:
    """Return the columns that mean others, each with the name of that: at most one for each, and none that is there.

    Arguments: names (of all columns of a file), known (attributes of its table, in lower case). What isn't known keeps
    its name, unless all names are in brackets.
    """
    there = {name.lower() for name in names}
    are_bracketed = all(BRACKETED.match(trimmed(name)) for name in names)
    meant: dict[str, str] = {}
    for name in names:
        plain = trimmed(name)
        if len(plain) > 1 and plain[0] == plain[-1] == '"':
            plain = trimmed(plain[1:-1])
        bracketed = BRACKETED.match(plain)
        plain = trimmed(bracketed[1]) if bracketed else plain
        if plain.lower() not in there and (plain.lower() in known or (are_bracketed and plain)):
            meant[name] = plain
            there.add(plain.lower())
    return meant

"""Makes names and values from outside into SQL, for Python; macros/engine/quoting.sql does it for dbt."""

from __future__ import annotations


def sql_text(value: object) -> str:
    """Return a text literal of DuckDB's."""
    return "'" + str(value).replace("'", "''") + "'"


def sql_texts(values: list) -> str:
    """Return a list of text literals, in DuckDB's brackets."""
    return f"[{', '.join(sql_text(value) for value in values)}]"


def sql_name(name: str) -> str:
    """Return the name of a column, table or schema, quoted."""
    return '"' + name.replace('"', '""') + '"'


def shown(text: str) -> str:
    """Return a text from outside as a message may show it: nothing in it moves the cursor or hides what follows."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)

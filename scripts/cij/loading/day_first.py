"""Finds the columns of times whose dates put the day before the month, as most of the world writes them.

05/07/2024 means May to some and July to others. A date such as 26/07/2024 proves which, for its column and its file.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from cij.quoting import sql_name, sql_text

PROOF = r"^[^0-9]*(1[3-9]|2[0-9]|3[01])/(0?[1-9]|1[0-2])/([0-9]{2}|[0-9]{4})([^0-9/]|$)"


def day_first_columns(connection, source: str, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns that hold such a proof, each with the files in which it does.

    Arguments: connection, source (a table expression that has the column cij_source_file), columns (of it: times as
    text). A file that can't be read to its end proves nothing; whoever reads it all will say so.
    """
    if not columns:
        return {}
    texts = [f"cast({sql_name(column)} as varchar)" for column in columns]
    # Nearly all times have no slash, and to look for one costs little.
    proofs = [f"bool_or(contains({text}, '/') and regexp_matches({text}, {sql_text(PROOF)}))" for text in texts]
    try:
        rows = connection.execute(f"select cij_source_file, {', '.join(proofs)} from {source} group by all").fetchall()
    except duckdb.Error:
        return {}
    found = {column: sorted(path for path, *proven in rows if proven[place]) for place, column in enumerate(columns)}
    return {column: paths for column, paths in found.items() if paths}

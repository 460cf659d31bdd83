"""The SQL that reads a part of a table: files that one reader takes together.

What it reads has the columns of the files, under the names that they mean, and three of the loader's own:
    cij_source_file        the file, or data file of a Delta table, that a row came from
    cij_row_number         its number there, from 0; null where the reader can't tell
    cij_schema_generation  the schema that the file has, 1.0 or 1.1
"""

from __future__ import annotations

from cij.loading.csv_files import CSV_DIALECT
from cij.loading.parts import CHANGE_VERSION, NOT_CONTENT, Part, is_taken_back
from cij.project import project_macros
from cij.quoting import sql_name, sql_text, sql_texts


def repaired_table(table: str) -> str:
    """Return where the rows of a table's damaged CSV files stand that could be saved, as SQL."""
    return f"raw.{sql_name(f'repaired {table}')}"


def csv_reader(files: list[str], options: str = "") -> str:
    """Return a table expression over CSV files of an export. Argument: options (more of read_csv's, as SQL)."""
    return f"read_csv({sql_texts(files)}, union_by_name = true, {options}{CSV_DIALECT})"


def part_reader(part: Part) -> str:
    """Return a select of a part's rows."""
    source = _source(part)
    if part.as_text:
        source = _with_text(source, part.as_text)
    if part.day_first:
        source = _with_day_first_marked(source, part.day_first)
    if part.is_change_feed:
        source = _rows_that_a_feed_leaves(source, part)
    columns = [f"*{_renamed(part.renames)}", f"{sql_text(part.schema_generation)} as cij_schema_generation"]
    columns += [f"{sql_name(old)} as {sql_name(new)}" for old, new in part.copies.items()]
    if part.format in ("csv", "repaired") or not part.is_numbered:
        columns.append("cast(null as bigint) as cij_row_number")
    select = f"select {', '.join(columns)} from {source}"
    if not part.status:
        return select
    if not part.status_column:
        return f"{select} where false"
    return f"{select} where {plain_text(sql_name(part.status_column))} = {sql_text(part.status)}"


def plain_text(text: str) -> str:
    """Return SQL for a text in lower case, without blanks, hyphens and underscores. Argument: text (SQL)."""
    return f"lower(replace(replace(replace({text}, ' ', ''), '-', ''), '_', ''))"


def _source(part: Part) -> str:
    """Return a table expression: the rows as the files and their paths hold them."""
    if part.format == "repaired":
        return f"(select * from {repaired_table(part.source)} where cij_source_file in ({_texts(part.paths)}))"
    source = _files(part)
    if part.plain_names or part.path_columns:
        # The path of a file of a Delta table may have nothing to do with the table's.
        path = sql_text(part.paths[0]) if part.format == "delta" else "cij_source_file"
        columns = [f"*{_renamed(part.plain_names)}"]
        columns += [
            f"{path_value_in_sql(path, place)} as {sql_name(name)}" for name, place in part.path_columns.items()
        ]
        source = f"(select {', '.join(columns)} from {source})"
    return source


def _files(part: Part) -> str:
    # Not an option of the reader but a column that a star passes over: it may stand beside one of that name.
    number = ", file_row_number as cij_row_number" if part.is_numbered else ""
    if part.format == "csv":
        return csv_reader(part.paths, "filename = 'cij_source_file', ")
    if part.format == "delta":
        only = f" where cij_source_file in ({_texts(part.data_files)})" if part.data_files else ""
        return f"(select *{number} from delta_scan({sql_text(part.paths[0])}, filename = 'cij_source_file'){only})"
    # Where all files have the same columns, not every one of them is opened each time a query is planned.
    options = f"union_by_name = {str(not part.alike).lower()}, hive_partitioning = false, filename = 'cij_source_file'"
    return f"(select *{number} from read_parquet({sql_texts(part.paths)}, {options}))"


def _renamed(names: dict[str, str]) -> str:
    """Return what follows the star of a select that renames columns. Argument: names (old -> new)."""
    renames = ", ".join(f"{sql_name(old)} as {sql_name(new)}" for old, new in names.items())
    return f" rename ({renames})" if renames else ""


def _with_text(source: str, types: dict[str, str]) -> str:
    """Return a table expression like source, with some columns as text; ids of sixteen bytes become guids."""
    texts = [f"{_as_text(sql_name(name), kind, name)} as {sql_name(name)}" for name, kind in types.items()]
    return f"(select * replace ({', '.join(texts)}) from {source})"


def _as_text(value: str, kind: str, name: str) -> str:
    text = f"cast({value} as varchar)"
    if kind != "BLOB" or not name.lower().endswith("id"):
        return text
    return f"case when octet_length({value}) = 16 then cast(cast(hex({value}) as uuid) as varchar) else {text} end"


def _with_day_first_marked(source: str, columns: dict[str, list[str]]) -> str:
    """Return a table expression in which dates that put the day first, or may do so, are marked.

    Arguments: source, columns (of text: the files that put the day first in them, by name). Where the second number
    can't be a month, the first is one; where both are the same, it doesn't matter which is.
    """
    numbers = "'^[^0-9]*([0-9]{1,2})/(0?[1-9]|1[0-2])/[0-9]'"
    mark = str(project_macros("engine/files.sql").day_first_mark())
    marked = []
    for name, files in columns.items():
        text = sql_name(name)
        first, second = (f"ltrim(regexp_extract({text}, {numbers}, {place}), '0')" for place in (1, 2))
        is_marked = f"cij_source_file in ({_texts(files)}) and {first} != {second}"
        marked.append(f"case when {is_marked} then '{mark}' || {text} else {text} end as {text}")
    return f"(select * replace ({', '.join(marked)}) from {source})"


def path_value_in_sql(path: str, place: int) -> str:
    """Return SQL for what a folder called `name=value` says; null where it says so.

    Arguments: path (SQL), place (of the folder, counted from the start of the path). A path is the same in all rows of
    a file: DuckDB works this out once for each of the pieces that it reads.
    """
    text = f"regexp_extract({path}, '^(?:[^/]*/){{{place}}}[^=/]*=([^/]*)', 1)"
    return f"nullif(nullif(coalesce(try(url_decode({text})), {text}), '__HIVE_DEFAULT_PARTITION__'), '')"


def _rows_that_a_feed_leaves(source: str, part: Part) -> str:
    """Return a table expression of the rows of a change feed that are still there.

    Delta's change feed has a row for each change of a row: inserted, deleted, and before and after an update. What was
    deleted or updated later is no row of the table any more.
    """
    old_names = {new: old for old, new in part.renames.items()}
    content = [
        sql_name(old_names.get(column["name"], column["name"]))
        for column in part.columns
        if column["name"] not in part.copies.values() and column["name"].lower() not in NOT_CONTENT
    ]
    version = f"try_cast({sql_name(CHANGE_VERSION)} as bigint)"
    taken_back = is_taken_back()
    return f"""(
        select * exclude (cij_last_taken_back)
        from (
            select *, max(case when {taken_back} then {version} end)
                over (partition by {", ".join(content)}) as cij_last_taken_back
            from {source}
        ) as changes
        where not {taken_back} and (cij_last_taken_back is null or {version} >= cij_last_taken_back)
    )"""


def _texts(values: list[str]) -> str:
    return ", ".join(map(sql_text, values))

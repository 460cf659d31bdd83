"""Writes what Superset imports: a database, datasets with the semantic layer's metrics, charts and one dashboard.

How to import it: docs/bi-tools.md. Superset has to see the warehouse under the path that was named here.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.parse
import uuid
import zipfile
from pathlib import Path

import yaml

from cij.quoting import shown
from cij.reporting.definitions import comments
from cij.reporting.queries import RELATION, metric, metric_words
from cij.reporting.reader import Reader, UnreadableError

HERE = Path(__file__).resolve().parent
TITLE = "Customer Insights - Journeys"
# Made of this and a name: the same part has the same id in every bundle.
IDS = uuid.uuid5(uuid.NAMESPACE_URL, "customer-insights-journeys-warehouse/superset")
# A line or bar that misses rows would lie; a picture of all routes could not be read.
ROW_LIMIT, ROUTE_LIMIT = 10_000, 40


def main(arguments: list[str] | None = None) -> int:
    """Run the command line. Returns the exit code: 2 where the warehouse can't be read or the file not written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True, help="the published marts, or a warehouse")
    parser.add_argument("--out", type=Path, required=True, help="the ZIP file to write")
    options = parser.parse_args(arguments)
    try:
        parts = bundle(options.db.absolute())
        with zipfile.ZipFile(options.out, "w", zipfile.ZIP_DEFLATED) as file:
            for path, content in parts.items():
                file.writestr(f"journeys/{path}", yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    except (UnreadableError, OSError) as error:
        print(f"error: {shown(str(error))}", file=sys.stderr)
        return 2
    charts = sum(path.startswith("charts/") for path in parts)
    print(f"{options.out}: a dashboard with {charts} charts; import it into Superset")
    return 0


def bundle(database: Path) -> dict[str, dict]:
    """Return the files of the bundle: path -> content. Argument: database. Raises UnreadableError."""
    asked = yaml.safe_load((HERE / "bundle.yml").read_text(encoding="utf-8"))
    charts = [chart for row in asked["rows"] for chart in row]
    with Reader(database) as reader:
        datasets = {name: dataset(reader, name, of) for name, of in asked["datasets"].items()}
    address = f"duckdb:///{urllib.parse.quote(str(database))}?access_mode=read_only"
    return {
        "metadata.yaml": {"version": "1.0.0", "type": "Dashboard", "timestamp": "2025-01-01T00:00:00+00:00"},
        "databases/journeys.yaml": {
            "database_name": TITLE, "sqlalchemy_uri": address, "uuid": id_of("database"), "version": "1.0.0",
            "extra": {"allows_virtual_table_explore": True},
        },
        **{f"datasets/journeys/{name}.yaml": content for name, content in datasets.items()},
        **{f"charts/{slug(one['chart'])}.yaml": chart(one, asked["datasets"][one["dataset"]]) for one in charts},
        "dashboards/journeys.yaml": dashboard(asked["rows"], asked["filters"]),
    }  # fmt: skip


def dataset(reader: Reader, name: str, asked: dict) -> dict:
    """Return a dataset: its SQL, its columns as they are in the warehouse, and its metrics."""
    sql = (HERE / "datasets" / f"{name}.sql").read_text(encoding="utf-8")
    _, columns = reader.select(f"select column_name, column_type from (describe {sql})")
    said = comments(reader)
    read = RELATION.findall(sql)
    meanings = {
        column: next((said[(*one, column)] for one in read if (*one, column) in said), None) for column, _ in columns
    }
    metrics = {one: (metric(one), *metric_words(one)) for one in asked.get("metrics", [])}
    metrics |= {one: (f"sum({one})", one.capitalize(), meanings[one]) for one in asked.get("sums", [])}
    return {
        "table_name": name, "schema": "marts", "sql": sql, "main_dttm_col": asked.get("time_column"),
        "uuid": id_of(f"dataset {name}"), "database_uuid": id_of("database"), "version": "1.0.0",
        "columns": [
            {
                "column_name": column, "verbose_name": column.replace("_", " ").capitalize(), "type": data_type,
                "is_dttm": data_type in ("DATE", "TIMESTAMP"), "groupby": True, "filterable": True,
                "description": meanings[column],
            }
            for column, data_type in columns
        ],
        "metrics": [
            {
                "metric_name": one, "verbose_name": label, "expression": expression, "description": meaning,
                "d3format": ".1%" if one.endswith("_rate") else ",d",
            }
            for one, (expression, label, meaning) in metrics.items()
        ],
    }  # fmt: skip


def chart(asked: dict, of: dict) -> dict:
    """Return a chart, with the query that Superset's own editor would have stored. Argument: of (its dataset)."""
    metrics = asked.get("metrics") or [asked["metric"]]
    columns = [asked[name] for name in ("source", "target") if name in asked] + asked.get("groupby", [])
    limit = ROUTE_LIMIT if "source" in asked else ROW_LIMIT
    settings = {
        "viz_type": asked["type"], "time_range": "No filter", "row_limit": limit,
        "y_axis_format": ".0%" if all(one.endswith("_rate") for one in metrics) else "SMART_NUMBER",
        **{name: asked[name] for name in ("metric", "x_axis", "source", "target", "groupby") if name in asked},
        **({"metrics": metrics} if "metrics" in asked else {}),
        **({"stack": "Stack"} if asked["type"].endswith("_bar") else {}),
        **({"query_mode": "aggregate", "order_desc": True} if asked["type"] == "table" else {}),
        **({"time_grain_sqla": asked["grain"]} if "grain" in asked else {}),
        **({"granularity_sqla": of["time_column"]} if "time_column" in of else {}),
    }  # fmt: skip
    axis = [{
        "timeGrain": asked["grain"], "columnType": "BASE_AXIS", "expressionType": "SQL",
        "sqlExpression": asked["x_axis"], "label": asked["x_axis"],
    }] if "x_axis" in asked else []  # fmt: skip
    query = {
        "columns": axis + columns, "metrics": metrics, "orderby": [[metrics[0], False]], "row_limit": limit,
        "filters": [], "extras": {}, "time_range": "No filter", "granularity": of.get("time_column"),
    }  # fmt: skip
    context = {
        "datasource": {"id": 0, "type": "table"}, "queries": [query], "form_data": settings, "result_format": "json",
        "result_type": "full",
    }  # fmt: skip
    return {
        "slice_name": asked["chart"], "viz_type": asked["type"], "params": settings,
        "query_context": json.dumps(context),
        "uuid": id_of(f"chart {asked['chart']}"), "dataset_uuid": id_of(f"dataset {asked['dataset']}"),
        "version": "1.0.0",
    }  # fmt: skip


def dashboard(rows: list[list[dict]], filters: dict[str, str]) -> dict:
    """Return the dashboard: its charts in rows, and its filters. Arguments: rows, filters (title -> column)."""
    position: dict = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": [], "parents": ["ROOT_ID"]},
    }
    for number, row in enumerate(rows):
        row_id = f"ROW-{number}"
        position["GRID_ID"]["children"].append(row_id)
        position[row_id] = {
            "id": row_id, "type": "ROW", "children": [], "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }  # fmt: skip
        for place, asked in enumerate(row):
            chart_id = f"CHART-{number}-{place}"
            position[row_id]["children"].append(chart_id)
            position[chart_id] = {
                "id": chart_id, "type": "CHART", "children": [], "parents": ["ROOT_ID", "GRID_ID", row_id],
                "meta": {
                    "uuid": id_of(f"chart {asked['chart']}"), "sliceName": asked["chart"], "chartId": 0,
                    "width": asked["width"], "height": asked["height"],
                },
            }  # fmt: skip
    return {
        "dashboard_title": TITLE, "slug": "customer-insights-journeys", "position": position,
        "uuid": id_of("dashboard"), "version": "1.0.0",
        "metadata": {
            "cross_filters_enabled": True,
            "native_filter_configuration": [period_filter()] + [
                list_filter(title, column) for title, column in filters.items()
            ],
        },
    }  # fmt: skip


def period_filter() -> dict:
    """Return the dashboard's filter for the period."""
    return _filter("Period", "filter_time", [{}])


def list_filter(title: str, column: str) -> dict:
    """Return a filter of the dashboard that lists a column's values."""
    return _filter(title, "filter_select", [{"column": {"name": column}, "datasetUuid": id_of("dataset messages")}])


def _filter(title: str, kind: str, targets: list[dict]) -> dict:
    return {
        "id": f"NATIVE_FILTER-{slug(title)}", "name": title, "filterType": kind, "type": "NATIVE_FILTER",
        "targets": targets, "scope": {"rootPath": ["ROOT_ID"], "excluded": []}, "controlValues": {},
        "defaultDataMask": {}, "cascadeParentIds": [],
    }  # fmt: skip


def id_of(part: str) -> str:
    """Return the id of a part of the bundle."""
    return str(uuid.uuid5(IDS, part))


def slug(title: str) -> str:
    """Return a title as a file's name."""
    return title.lower().replace(" ", "_")


if __name__ == "__main__":
    sys.exit(main())

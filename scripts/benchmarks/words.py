"""Writes what scripts/scaling.py has measured into docs/scaling.md, as tables, and as a chart beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cij.project import PROJECT
from cij.reporting.svg import lines

GUIDE = PROJECT / "docs" / "scaling.md"
CHART = PROJECT / "docs" / "images" / "scaling.svg"
NAMES = {"duckdb": "DuckDB", "spark": "Spark"}


def write_words(results: list[dict]) -> None:
    """Put tables between the guide's marks, and draw the chart. Argument: results (of docs/scaling.json)."""
    GUIDE.write_text(with_tables(GUIDE.read_text(encoding="utf-8"), results), encoding="utf-8")
    CHART.write_text(chart(results) + "\n", encoding="utf-8")


def with_tables(text: str, results: list[dict]) -> str:
    """Return the guide's text with tables of other results. Raises SystemExit where a table's marks are missing."""
    on_duckdb = [one for one in results if one["engine"] == "duckdb"]
    for mark, measured in (
        ("builds", table_of_builds(results)),
        ("floor", table_of_floors(on_duckdb)),
        ("queries", table_of_queries(on_duckdb)),
    ):
        marks = re.compile(f"(<!-- measured: {mark} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not marks.search(text):
            raise SystemExit(f"error: {GUIDE}: lacks the mark 'measured: {mark}'; put it back")
        text = marks.sub(lambda found, measured=measured: f"{found[1]}{measured}{found[2]}", text)
    return text


def table_of_builds(results: list[dict]) -> str:
    """Return time, memory and disk of each build."""
    head = (
        "engine",
        "events",
        "build",
        "of processors",
        "memory",
        "tables on disk",
        "s per million",
        "CPU s per million",
    )
    rows = [
        (
            NAMES[one["engine"]],
            millions(one["rows"]),
            f"{one['build']['seconds']:,.0f} s",
            f"{one['build']['cpu_seconds']:,.0f} s",
            f"{one['build']['peak_gb']:.1f} GB",
            f"{one['build']['warehouse_gb']:.1f} GB",
            f"{per_million(one, 'seconds'):.1f}",
            f"{per_million(one, 'cpu_seconds'):.1f}",
        )
        for one in results
    ]
    return table(head, rows)


def table_of_floors(results: list[dict]) -> str:
    """Return each build on DuckDB beside a plain copy of its events."""
    head = ("events", "export", "a: copy", "b0: own cost", "b: build", "(b - b0) / a", "publish", "marts alone")
    rows = [
        (
            millions(one["rows"]),
            f"{one['export_gb']:.1f} GB",
            f"{one['floor']['seconds']:,.0f} s",
            f"{one['own_cost']['seconds']:,.0f} s",
            f"{one['build']['seconds']:,.0f} s",
            f"{(one['build']['seconds'] - one['own_cost']['seconds']) / one['floor']['seconds']:.1f}",
            f"{one['publish']['seconds']:,.0f} s",
            f"{one['publish']['marts_gb']:.1f} GB",
        )
        for one in results
        if "floor" in one
    ]
    return table(head, rows)


def table_of_queries(results: list[dict]) -> str:
    """Return median and 95th percentile of each query, in milliseconds, by the number of events."""
    head = ("query", *(f"{millions(one['rows'])}: median, p95" for one in results))
    rows = [
        (
            f"`{name}`",
            *(f"{one['queries'][name]['median_ms']:.0f}, {one['queries'][name]['p95_ms']:.0f} ms" for one in results),
        )
        for name in results[0]["queries"]
    ]
    return table(head, rows)


def chart(results: list[dict]) -> str:
    """Return the seconds that a million events take, above the own cost, by engine and number of events, as SVG."""
    sizes = sorted({one["rows"] for one in results})
    series: dict[str, list[float | None]] = {}
    for engine, name in NAMES.items():
        found = {one["rows"]: per_million(one, "seconds") for one in results if one["engine"] == engine}
        if found:
            series[f"{name}: seconds per million events"] = [found.get(size) for size in sizes]
    return lines([millions(size) for size in sizes], series, "Seconds that a build takes per million events")


def per_million(one: dict, figure: str) -> float:
    """Return what a build takes per million events above its own cost. Argument: figure (seconds or cpu_seconds)."""
    return (one["build"][figure] - one["own_cost"][figure]) / (one["rows"] / 1_000_000)


def millions(rows: int) -> str:
    """Return a number of events in words."""
    return f"{rows / 1_000_000:,.4g} million"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    head = list(head)
    written = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in written)

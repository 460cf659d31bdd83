"""Charts as ECharts' options: texts from the warehouse are data in them, never a template."""

from __future__ import annotations

import pandas as pd

from words import label

COLOURS = {
    "email": "#2563ab",
    "sms": "#c2571a",
    "push": "#2e7d4f",
    "custom": "#7b4aa8",
    "voice": "#5f6b76",
    "none": "#9aa3ab",
}
SERIES = ["#2563ab", "#c2571a", "#2e7d4f", "#7b4aa8", "#a8842c", "#5f6b76"]
GOOD, BAD, NEUTRAL = "#2e7d4f", "#b3372b", "#9aa3ab"
GRID = {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True}


def lines(
    rows: pd.DataFrame, x: str, columns: list[str], percent: bool = False, colours: list[str] | None = None
) -> dict:
    """Return a line for each column over time. Arguments: rows, x (a column of days), columns, percent, colours."""
    return {
        "color": colours or SERIES,
        "grid": GRID,
        "legend": {"type": "scroll", "top": 0},
        "tooltip": {"trigger": "axis", "valueFormatter": "%.1f %%" if percent else "localized"},
        "xAxis": {"type": "time"},
        "yAxis": _amounts(percent),
        "series": [
            {
                "name": label(column),
                "type": "line",
                "showSymbol": len(rows) < 40,
                "data": [[str(at), _number(value, percent)] for at, value in zip(rows[x], rows[column], strict=True)],
            }
            for column in columns
        ],
    }


def stacked_days(rows: pd.DataFrame, x: str, group: str, amount: str, colours: dict[str, str]) -> dict:
    """Return stacked bars over time, a colour a group. Arguments: rows, x (days), group, amount (columns), colours."""
    days = sorted(rows[x].unique())
    groups = [one for one in colours if one in set(rows[group])] + sorted(set(rows[group]) - set(colours))
    amounts = rows.set_index([group, x])[amount]
    return {
        "color": [colours.get(one, SERIES[at % len(SERIES)]) for at, one in enumerate(groups)],
        "grid": GRID,
        "legend": {"type": "scroll", "top": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "valueFormatter": "localized"},
        "xAxis": {"type": "category", "data": [str(day) for day in days]},
        "yAxis": _amounts(),
        "series": [
            {
                "name": label(one),
                "type": "bar",
                "stack": "all",
                "data": [_number(amounts.get((one, day))) for day in days],
            }
            for one in groups
        ],
    }


def bars(
    rows: pd.DataFrame, name: str, columns: list[str], percent: bool = False, stack: bool = False,
    colours: list[str] | None = None,
) -> dict:  # fmt: skip
    """Return lying bars, the first row on top. Arguments: rows, name (column of labels), columns, percent, stack, colours."""
    return {
        "color": colours or SERIES,
        "grid": GRID | {"top": 36 if len(columns) > 1 else 8},
        "legend": {"type": "scroll", "top": 0, "show": len(columns) > 1},
        "tooltip": {
            "trigger": "axis", "axisPointer": {"type": "shadow"}, "valueFormatter": "%.1f %%" if percent else "localized",
        },
        "xAxis": _amounts(percent),
        "yAxis": {
            "type": "category", "inverse": True, "data": [str(one) for one in rows[name]],
            "axisLabel": {"width": 150, "overflow": "truncate"}, "axisTick": {"show": False},
        },
        "series": [
            {
                "name": label(column), "type": "bar", **({"stack": "all"} if stack else {}), "barMaxWidth": 26,
                "data": [_number(value, percent) for value in rows[column]],
            }
            for column in columns
        ],
    }  # fmt: skip


def _amounts(percent: bool = False) -> dict:
    axis = {"type": "value", "splitLine": {"lineStyle": {"color": "#e6e9ec"}}, "minInterval": 0 if percent else 1}
    return axis | ({"axisLabel": {"formatter": "{value} %"}} if percent else {})


def _number(value: object, percent: bool = False) -> float | int | None:
    if value is None or pd.isna(value):
        return None
    return round(float(value) * 100, 2) if percent else float(value) if isinstance(value, float) else int(value)

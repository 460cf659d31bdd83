"""Charts as ECharts' options: texts from the warehouse are data in them, never a template."""

from __future__ import annotations

import pandas as pd

from cij.reporting.words import label

COLOURS = {
    "email": "#2563ab",
    "sms": "#c2571a",
    "push": "#2e7d4f",
    "custom": "#7b4aa8",
    "voice": "#5f6b76",
    "none": "#9aa3ab",
}
SERIES = ["#2563ab", "#c2571a", "#2e7d4f", "#7b4aa8", "#a8842c", "#5f6b76"]
GOOD, BAD, WAITING, OTHER = "#2e7d4f", "#b3372b", "#a8842c", "#9aa3ab"
# What became of people at a step, and of runs, from good to bad.
STEP_OUTCOMES = {"processed": GOOD, "in_progress": OTHER, "postponed": WAITING, "dropped_off": "#c2571a", "failed": BAD}
OUTCOMES = {
    "completed": GOOD,
    "in_progress": "#2563ab",
    "pending": OTHER,
    "exited_by_rule": "#c2571a",
    "exited": "#d99a5b",
    "suppressed": "#7b4aa8",
    "stopped": "#5f6b76",
    "dropped_before_entry": WAITING,
    "unresolved": "#d4bf6a",
    "failed": "#d98880",
    "cancelled_by_failure": BAD,
}
CONSENT = {
    "opted_in": GOOD,
    "confirmed": "#63a97f",
    "requested": "#2563ab",
    "subscription_submitted": "#7fa9d4",
    "answered": OTHER,
    "opted_out": BAD,
    "complained": "#c2571a",
    "declined": "#d98880",
    "expired": WAITING,
}
STATUS = {"active": GOOD, "lapsing": WAITING, "inactive": "#c2571a", "never": OTHER}
INK = "#3d454c"
LEGEND = {"type": "scroll", "top": 0, "textStyle": {"color": INK}}
GRID = {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True}


def lines(
    rows: pd.DataFrame, x: str, columns: list[str], percent: bool = False, colours: list[str] | None = None
) -> dict:
    """Return a line for each column over time. Arguments: rows, x (a column of days), columns, percent, colours."""
    return {
        "color": colours or SERIES,
        "grid": GRID,
        "legend": LEGEND,
        "tooltip": {"trigger": "axis", "valueFormatter": "%.1f %%" if percent else "localized"},
        "xAxis": {"type": "time", "axisLabel": {"color": INK}},
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
        "legend": LEGEND,
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "valueFormatter": "localized"},
        "xAxis": {"type": "category", "data": [str(day) for day in days], "axisLabel": {"color": INK}},
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
    """Return lying bars, the first row on top.

    Arguments: rows, name (column of labels), columns, percent, stack, colours.
    """
    return {
        "color": colours or SERIES,
        "grid": GRID | {"top": 36 if len(columns) > 1 else 8},
        "legend": LEGEND | {"show": len(columns) > 1},
        "tooltip": {
            "trigger": "axis", "axisPointer": {"type": "shadow"},
            "valueFormatter": "%.1f %%" if percent else "localized",
        },
        "xAxis": _amounts(percent),
        "yAxis": {
            "type": "category", "inverse": True, "data": [str(one) for one in rows[name]],
            "axisLabel": {"color": INK, "width": 150, "overflow": "truncate"}, "axisTick": {"show": False},
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
    return axis | {"axisLabel": {"color": INK} | ({"formatter": "{value} %"} if percent else {})}


def _number(value: object, percent: bool = False) -> float | int | None:
    if value is None or pd.isna(value):
        return None
    return round(float(value) * 100, 2) if percent else float(value) if isinstance(value, float) else int(value)


def sankey(rows: pd.DataFrame) -> dict:
    """Return routes from place to place. Steps of one name at one place are told apart by their id.

    Argument: rows (transition_number, from_step, to_step, from_step_id, to_step_id, transitions).
    """
    names: dict[tuple[int, str], str] = {}
    taken: set[str] = set()

    def node(place: int, step_id: str, name: str) -> str:
        if (place, step_id) not in names:
            wanted = f"{place} {name}"
            names[place, step_id] = wanted if wanted not in taken else f"{wanted} ({step_id[:8]})"
            taken.add(names[place, step_id])
        return names[place, step_id]

    links = [
        {
            "source": node(int(row.transition_number), row.from_step_id, row.from_step),
            "target": node(int(row.transition_number) + 1, row.to_step_id, row.to_step),
            "value": int(row.transitions),
        }
        for row in rows.itertuples()
    ]
    nodes = [
        {"name": name, "depth": place - 1, "itemStyle": {"color": SERIES[(place - 1) % len(SERIES)]}}
        for (place, _), name in names.items()
    ]
    last = max(place for place, _ in names)
    return {
        "tooltip": {"trigger": "item", "valueFormatter": "localized"},
        "series": [
            {
                "type": "sankey", "data": nodes, "links": links, "left": 8, "right": 8, "top": 12, "bottom": 12,
                "nodeGap": 14, "draggable": False, "emphasis": {"focus": "adjacency"},
                "lineStyle": {"color": "source", "opacity": 0.3},
                "label": {"color": INK, "width": 150, "overflow": "truncate"},
                "levels": [{"depth": last - 1, "label": {"position": "left"}}],
            }
        ],
    }  # fmt: skip


def heat_map(rows: pd.DataFrame, x: str, y: str, amount: str, days: list[str], percent: bool = False) -> dict:
    """Return a heat map of hours by days of the week.

    Arguments: rows, x (0 to 23), y (1 to 7), amount (columns), days (their names), percent.
    """
    cells = [
        [int(hour), int(day) - 1, _number(value, percent)]
        for hour, day, value in zip(rows[x], rows[y], rows[amount], strict=True)
        if not pd.isna(value)
    ]
    most = max((cell[2] for cell in cells), default=1) or 1
    return {
        "grid": {"left": 8, "right": 8, "top": 8, "bottom": 56, "containLabel": True},
        "tooltip": {"valueFormatter": "%.1f %%" if percent else "localized"},
        "xAxis": {"type": "category", "data": [f"{hour}:00" for hour in range(24)], "axisLabel": {"color": INK}},
        "yAxis": {"type": "category", "data": days, "inverse": True, "axisLabel": {"color": INK}},
        "visualMap": {
            "min": 0, "max": most, "calculable": False, "orient": "horizontal", "left": "center", "bottom": 0,
            "inRange": {"color": ["#eef3f8", "#7fa9d4", "#1d4f8b"]},
            "text": [f"{most:g}{' %' if percent else ''}", "0"],
        },
        "series": [
            {
                "type": "heatmap", "name": label(amount), "data": cells,
                "itemStyle": {"borderWidth": 1, "borderColor": "#fff"},
            }
        ],
    }  # fmt: skip


def grouped_lines(rows: pd.DataFrame, x: str, group: str, amount: str, colours: dict[str, str]) -> dict:
    """Return a line for each group over time.

    Arguments: rows, x (days), group, amount (columns), colours (by group).
    """
    percent = amount.endswith("_rate")
    groups = [one for one in colours if one in set(rows[group])]
    spec = lines(rows, x, [], percent, [colours[one] for one in groups])
    spec["series"] = [
        {
            "name": label(one),
            "type": "line",
            "data": [
                [str(at), _number(value, percent)]
                for at, value, whose in zip(rows[x], rows[amount], rows[group], strict=True)
                if whose == one and not pd.isna(value)
            ],
        }
        for one in groups
    ]
    # Channels that don't have the rate have no line.
    spec["series"] = [one for one in spec["series"] if one["data"]]
    return spec


def with_limits(spec: dict, limits: dict[str, float]) -> dict:
    """Return lying bars with an upright line at each limit. Arguments: spec, limits (name: share)."""
    marks = [{"xAxis": limit * 100, "name": name} for name, limit in limits.items()]
    spec["grid"] = spec["grid"] | {"top": 56}
    spec["series"][0]["markLine"] = {
        "silent": True, "symbol": "none", "data": marks, "lineStyle": {"type": "dashed", "color": INK},
        "label": {"formatter": "{b}", "position": "start", "color": INK},
    }  # fmt: skip
    return spec

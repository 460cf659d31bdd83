"""The report of a period: one HTML file with the figures, charts and tables that the dashboard begins with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import jinja2
from markupsafe import Markup

from cij.reporting import svg
from cij.reporting.definitions import comments, definition
from cij.reporting.periods import before, in_words, step
from cij.reporting.queries import Query, query
from cij.reporting.reader import Reader
from cij.reporting.words import CODES, COUNTS, HEADLINES, NOT_APPLICABLE, NOTHING, change, label, number

DEFAULT_DAYS = 30
MOST_ROWS = 15
FILTERS = dict.fromkeys(["organizations", "channels", "journeys", "units", "engines"])
RUNS = ["runs", "entered", "completed", "completion_rate", "exited", "exit_rate"]
CAUSES = ["consent_blocked", "data_blocked", "deliverability_blocked", "configuration_blocked", "quota_blocked",
          "frequency_blocked", "audience_blocked", "other_blocked"]  # fmt: skip

# A chart of a result's rows, as SVG.
Chart = Callable[[list[dict]], str]


@dataclass
class Section:
    """A part of the report: headline figures, or a chart and the table that it is made of."""

    title: str
    note: str = ""
    figures: list[dict] = field(default_factory=list)
    chart: Markup | None = None
    heads: list[dict] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class Report:
    """The report over a warehouse. Arguments: reader, values (from_date and to_date). Raises UnreadableError."""

    def __init__(self, reader: Reader, values: dict):
        self.reader = reader
        self.values = FILTERS | values | {"step": step(values)}
        self.said = comments(reader)

    def html(self) -> str:
        """Return the report as one HTML page that asks nobody for anything."""
        step_name = self.values["step"]
        sections = [
            self.figures("Messages", "message_totals", HEADLINES),
            self.figures("Journeys", "run_totals", RUNS),
            self.table("What needs attention", "attention", ["page", "finding"], note="All time."),
            self.table(f"Messages by {step_name}", "messages_by_time", ["period_start", *COUNTS], _over_time),
            self.table(
                "Channels", "messages_by_channel", ["channel_name", *COUNTS, *HEADLINES[3:]],
                _bars("channel_name", ["inflow"]),
            ),
            self.table(
                "Journeys with most runs", "journey_performance",
                ["journey_name", "inflow", "entered", "completed", "completion_rate", "exited", "exit_rate"],
                _bars("journey_name", ["completed", "in_progress", "exited"]), labels={"inflow": "Runs"},
            ),
            self.table(
                "Goals", "journey_goals",
                [
                    "journey_name", "goal_name", "goal_target", "goal_target_unit", "journey_people_entered",
                    "journey_people_met_goal", "journey_goal_rate",
                ],
                note="All time.",
            ),
            self.table(
                "What was held back, and why", "consent_by_channel",
                ["channel_name", "attempted", "blocked", "consent_blocked_rate", *CAUSES, "consent_alone_lost"],
                _bars("channel_name", CAUSES), "All time.",
            ),
            self.table(
                "Recipient domains, the worst first", "recipient_domains",
                [
                    "recipient_domain", "business_unit_name", "deliverability_status", "sent", "delivery_rate",
                    "hard_bounce_rate", "spam_rate",
                ],
            ),
            self.table(
                "Why e-mails bounced", "bounce_categories", ["bounce_category", "bounce_type", "bounce_events"],
                _bars("bounce_category", ["bounce_events"], "bounce_type"),
            ),
            self.table(
                "Freshness of the data", "freshness",
                ["interaction_family", "present_tables", "stale_tables", "interactions", "last_event_at"],
            ),
        ]  # fmt: skip
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
        )
        days = (self.values["to_date"] - self.values["from_date"]).days + 1
        return environment.get_template("report.html.jinja").render(
            period=in_words(self.values), before=f"{days} days", sections=sections
        )

    def figures(self, title: str, name: str, columns: list[str]) -> Section:
        """Return headline figures of a query of one row, with their changes against the period before."""
        asked, (now,) = self._ask(name, self.values)
        _, (earlier,) = self._ask(name, before(self.values))
        return Section(title, figures=[
            {
                "label": label(column),
                "value": _shown(now, column),
                "change": _change(column, now[column], earlier[column]),
                "meaning": definition(asked, column, self.said),
            }
            for column in columns
        ])  # fmt: skip

    def table(
        self, title: str, name: str, columns: list[str], chart: Chart | None = None, note: str = "",
        labels: dict[str, str] | None = None,
    ) -> Section:  # fmt: skip
        """Return the first rows of a query as a table, below a chart of them.

        Arguments: title, name (of the query), columns, chart, note, labels (of columns whose own won't do).
        """
        asked, rows = self._ask(name, self.values)
        if name != "messages_by_time" and len(rows) > MOST_ROWS:
            note = f"{note} The first {MOST_ROWS} of {len(rows)}.".strip()
            rows = rows[:MOST_ROWS]
        heads = [
            {
                "label": (labels or {}).get(column) or label(column.removesuffix("_name")),
                "meaning": definition(asked, column, self.said),
                "is_number": any(isinstance(row[column], int | float | Decimal) for row in rows),
            }
            for column in columns
        ]
        # The chart is a tree written as text, with everything in it escaped.
        drawn = Markup(chart(rows)) if chart and rows else None
        return Section(title, note, [], drawn, heads, [[_shown(row, column) for column in columns] for row in rows])

    def _ask(self, name: str, values: dict) -> tuple[Query, list[dict]]:
        asked = query(name)
        columns, rows = self.reader.run(asked, values)
        return asked, [dict(zip(columns, row, strict=True)) for row in rows]


def last_day(reader: Reader) -> dt.date | None:
    """Return the last day on which a message was attempted; None where there is none. Raises UnreadableError."""
    return reader.run(query("last_day"), {})[1][0][0]


def _change(column: str, now: float | None, earlier: float | None) -> str | None:
    return None if now is None or earlier is None else change(column, now, earlier)


def _shown(row: dict, column: str) -> str:
    value = row[column]
    if row.get(f"has_{column}") is False:
        return NOT_APPLICABLE
    if value is None:
        return NOTHING
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return number(column, float(value) if isinstance(value, Decimal) else value)
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value).replace("_", " ") if column in CODES else str(value)


def _over_time(rows: list[dict]) -> str:
    series = {label(column): [row[column] for row in rows] for column in COUNTS}
    return svg.lines([f"{row['period_start']:%-d %b %y}" for row in rows], series, "Messages over time")


def _bars(name: str, columns: list[str], kind: str | None = None) -> Chart:
    return lambda rows: svg.bars(
        [f"{row[name]}, {row[kind]}" if kind else str(row[name]) for row in rows],
        {label(column): [row[column] for row in rows] for column in columns},
        f"{label(columns[0])} by {label(name).lower()}",
    )

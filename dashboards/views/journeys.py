"""How journeys perform, where people leave them and why, and by which routes they go."""

from __future__ import annotations

import streamlit as st

from charts import OUTCOMES, STEP_OUTCOMES, bars, sankey, stacked_days
from cij.reporting.periods import before, step
from elements import chart, figures, heading, is_missing, table
from filters import kept_choice
from results import ask

NO_RUNS = "No run of a real-time journey began in this period, or the filters leave none."
NO_JOURNEYS = (
    "No journey is known, or the filters leave none. The tables JourneyEventInflow and ActionEventInflow and their kin "
    "tell of journeys."
)
STAYS = "Of the runs that began in the period. How long people stay is that of all time."
ALL_VERSIONS = "all"


def show(values: dict) -> None:
    """Draw the page. Argument: values (of the queries' parameters)."""
    totals = ask("run_totals", values)
    if totals.first["runs"]:
        earlier = ask("run_totals", before(values)) if values["from_date"] else None
        figures(totals, ["runs", "entered", "completed", "completion_rate", "exited", "exit_rate"], earlier)

    outcomes = ask("runs_by_outcome", values | {"step": step(values)})
    heading(f"Runs by outcome and {step(values)} of their beginning", outcomes, values)
    if not is_missing(outcomes, NO_RUNS):
        spec = stacked_days(outcomes.rows, "period_start", "outcome", "runs", OUTCOMES)
        chart(spec, "Runs by outcome over time", outcomes, ["period_start", "outcome", "runs"])

    goals = ask("journey_goals", values)
    if is_missing(goals, NO_JOURNEYS):
        return
    performance = ask("journey_performance", values)
    heading("Performance of the runs that began in the period", performance, values)
    if not is_missing(performance, "No run began in this period, or the filters leave none."):
        table(
            performance,
            [
                "journey_name",
                "journey_engine",
                "journey_state",
                "inflow",
                "entered",
                "completed",
                "exited",
                "in_progress",
                "completion_rate",
                "exit_rate",
            ],
            {"journey_name": "Journey", "journey_engine": "Engine", "journey_state": "State", "inflow": "Runs"},
        )
    heading("Goals and engagement", goals, values)
    table(
        goals,
        [
            "journey_name",
            "journey_people_entered",
            "journey_people_met_goal",
            "journey_goal_rate",
            "goal_name",
            "goal_target",
            "goal_target_unit",
            "email_engagement_rate",
        ],
        {"journey_name": "Journey"},
    )
    one_journey(values, dict(goals.rows[["journey_key", "journey_name"]].itertuples(index=False)))


def one_journey(values: dict, journeys: dict[str, str]) -> None:
    """Draw what there is to say of one journey. Arguments: values, journeys (key: name)."""
    st.divider()
    left, right = st.columns([3, 1])
    key = kept_choice("Journey to look into", "detail", journeys, left)
    chosen = {"journey_key": key, "journey_version": None}
    versions = ask("journey_versions", chosen)
    numbers = [version for version in versions.rows["journey_version"].dropna()]
    if numbers:
        options = {ALL_VERSIONS: "All versions"} | {version: f"Version {version}" for version in numbers}
        version = kept_choice("Version", "version", options, right)
        chosen["journey_version"] = None if version == ALL_VERSIONS else version

    funnel_of(values | chosen)
    routes_of(values | chosen)
    exits_of(values | chosen)

    heading("By version", versions, values)
    if not is_missing(versions, NO_JOURNEYS):
        table(versions, list(versions.rows.columns), {"inflow": "Runs", "journey_version": "Version"})


def funnel_of(values: dict) -> None:
    """Draw the steps of a journey: how many came, and what became of them there."""
    funnel = ask("journey_funnel", values)
    heading(
        "Funnel: what became of those who came to each step",
        funnel,
        values,
        STAYS if values["from_date"] else None,
    )
    if is_missing(funnel, "Nobody whose run began in the period has come to a step of this journey."):
        return
    rows = funnel.rows.assign(name=[f"{row.step_number} {row.step}" for row in funnel.rows.itertuples()])
    outcomes = list(STEP_OUTCOMES)
    chart(
        bars(rows, "name", outcomes, stack=True, colours=list(STEP_OUTCOMES.values())),
        "Steps in their order, with those who went on, left, failed or wait",
        funnel,
        ["step_number", "step", "inflow", *outcomes],
        height=80 + 34 * len(rows),
    )
    table(
        funnel,
        [
            "step_number",
            "step",
            "step_type",
            "inflow",
            "reach_rate",
            "processed_rate",
            "dropped_off",
            "drop_off_rate",
            "top_drop_off_reason",
            "median_dwell_seconds",
            "p90_dwell_seconds",
            "journey_step_id",
        ],
        {
            "step_number": "No.",
            "inflow": "Came",
            "median_dwell_seconds": "Median stay",
            "p90_dwell_seconds": "90 % stay below",
        },
    )


def routes_of(values: dict) -> None:
    """Draw the routes of a journey."""
    routes = ask("journey_routes", values)
    heading(
        "Routes from place to place in the run",
        routes,
        values,
        "The number before a step is its place in the run. Up to eight places and 80 routes.",
    )
    if not is_missing(routes, "Nobody has gone from one step of this journey to another yet."):
        columns = ["transition_number", "from_step", "to_step", "transitions", "designed_transitions"]
        places = int(routes.rows["transition_number"].max()) + 1
        widest = int(routes.rows.groupby("transition_number").size().max())
        with st.container(key="wide_chart"):
            chart(sankey(routes.rows), f"Routes through {places} places", routes, columns, height=max(320, 60 * widest))


def exits_of(values: dict) -> None:
    """Draw why people left a journey, on the level of runs and on that of steps, which may not be added up."""
    for level, title in (("run", "Why runs ended early"), ("step", "Why people left at a step")):
        exits = ask("journey_exits", values | {"exit_level": level})
        heading(title, exits, values)
        if not is_missing(exits, "Nobody left this journey in a way that this level tells of."):
            columns = (
                ["step", "exit_kind", "exit_reason", "exits"]
                if level == "step"
                else ["exit_kind", "exit_reason", "exits"]
            )
            table(exits, columns)

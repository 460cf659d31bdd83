"""Each page over each warehouse, without a browser: it draws, and its headline figures are those of the marts."""

from __future__ import annotations

import datetime as dt
import re

import duckdb
import pytest

from app import PAGES
from cij.reporting.queries import query
from cij.reporting.reader import Reader
from looking import drawn

# The headline figures of a page, all time, as SQL over the marts that uses nothing of the dashboard's.
APPLIES = "inner join marts.dim_channels using (channel)"
MESSAGES = f"from marts.agg_channel_engagement_daily {APPLIES}"
LOSSES = "from marts.agg_consent_losses where channel != 'none'"
FIGURES = {
    "overview": {
        "Attempted": f"select sum(inflow)::bigint {MESSAGES}",
        "Sent": f"select sum(sent)::bigint {MESSAGES}",
        "Delivered": f"select sum(delivered)::bigint {MESSAGES}",
        "Open rate": f"select sum(unique_opens) / nullif(sum(delivered), 0) {MESSAGES} where has_open_rate",
        "Click rate": f"select sum(unique_clicks) / nullif(sum(delivered), 0) {MESSAGES} where has_click_rate",
        "Bounce rate": f"select sum(bounces) / nullif(sum(sent), 0) {MESSAGES} where has_bounce_rate",
        "Consent blocked": f"select sum(consent_blocked)::bigint {MESSAGES}",
        "Unsubscribe rate": f"select sum(unsubscribes) / nullif(sum(delivered), 0) {MESSAGES} where channel = 'email'",
    },
    "journeys": {
        "Runs": "select nullif(count(*), 0) from marts.fct_journey_runs",
        "Entered": "select nullif(count(*), 0) from marts.fct_journey_runs where entry_outcome = 'entered'",
        "Completed": "select nullif(count(*), 0) from marts.fct_journey_runs where run_outcome = 'completed'",
        "Completion rate": """
            select count(*) filter (where run_outcome = 'completed')
            / nullif(count(*) filter (where entry_outcome = 'entered'), 0)
            from marts.fct_journey_runs
        """,
    },
    "channels": {
        "Opened": f"select sum(unique_opens)::bigint {MESSAGES}",
        "Clicked": f"select sum(unique_clicks)::bigint {MESSAGES}",
        "Clicks by bots": f"select sum(bot_clicks)::bigint {MESSAGES}",
    },
    "consent": {
        "Attempted": f"select sum(attempted)::bigint {LOSSES}",
        "Consent blocked": "select nullif(count(*), 0) from marts.fct_consent_blocks where channel != 'none'",
        "Consent alone lost": f"select sum(consent_alone_lost)::bigint {LOSSES}",
        "Consent blocked rate": f"select sum(consent_blocked) / nullif(sum(attempted), 0) {LOSSES}",
    },
    "deliverability": {
        "Sent": "select nullif(sum(sent), 0)::bigint from marts.agg_recipient_domains",
        "Hard bounce rate": "select sum(hard_bounces) / nullif(sum(sent), 0) from marts.agg_recipient_domains",
        "Spam rate": "select sum(spam_reports) / nullif(sum(delivered), 0) from marts.agg_recipient_domains",
    },
    "audience": {},
    "health": {
        "Events": "select count(*) from marts.fct_interactions",
        "Present tables": "select count(*) filter (where is_present) from ops.source_coverage",
    },
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_the_marts_hold(warehouse, page):
    app = drawn(page=page, period="all")
    assert not app.exception
    assert app.title[0].value == PAGES[page][0]
    figures = {figure.label: figure for figure in app.metric}
    if "Runs" in FIGURES[page] and "Runs" not in figures:
        # Where no journey runs, the page says so instead.
        assert any("No run" in message.value for message in app.info)
        return
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name, query in FIGURES[page].items():
            assert figures[name].value == as_shown(name, connection.execute(query).fetchone()[0]), name
    # On hover each says what it means.
    assert [figure.label for figure in app.metric if not figure.help] == []


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_warehouse_says_what_is_missing(empty, page, monkeypatch):
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(empty))
    app = drawn(page=page)
    assert not app.exception
    assert [message for message in app.info if message.value.startswith("Nothing to show. ")]
    assert not {figure.value for figure in app.metric} & {"nan", "None", "NaN"}


def test_a_rate_that_no_chosen_channel_has_does_not_apply(sample, monkeypatch):
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(sample))
    figures = {figure.label: figure.value for figure in drawn(period="all", channel="voice").metric}
    assert (figures["Open rate"], figures["Click rate"], figures["Bounce rate"]) == ("does not apply",) * 3
    both = {figure.label: figure.value for figure in drawn(period="all", channel=["email", "voice"]).metric}
    mail = {figure.label: figure.value for figure in drawn(period="all", channel="email").metric}
    assert both["Open rate"] == mail["Open rate"] != "does not apply"
    channels = drawn(page="channels", period="all").dataframe[0].value
    assert "does not apply" in set(channels.set_index("channel_name").loc["Phone call", "open_rate":].str.strip())


def test_the_period_before_is_compared(sample, monkeypatch):
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(sample))
    query = "select sum(sent) from marts.agg_channel_engagement_daily where attempt_date between $1 and $2"
    with duckdb.connect(str(sample), read_only=True) as connection:
        now = connection.execute(query, ["2025-03-01", "2025-03-10"]).fetchone()[0]
        before = connection.execute(query, ["2025-02-19", "2025-02-28"]).fetchone()[0]
    sent = next(figure for figure in drawn(period="2025-03-01..2025-03-10").metric if figure.label == "Sent")
    assert (sent.value, sent.delta) == (f"{now:,.0f}", f"{(now / before - 1) * 100:+.1f} %")


# The days of a period, and what of a run or message decides whether it is in it.
PERIOD = {"from_date": dt.date(2025, 3, 3), "to_date": dt.date(2025, 3, 16)}
BEGAN = """
    (
        select
            steps.*,
            coalesce(
                runs.inflow_at, runs.entered_at, min(steps.entered_at) filter (steps.step_number = 1) over same_run
            ) as began_at
        from marts.fct_journey_steps as steps
        left join marts.fct_journey_runs as runs
            on
                runs.journey_id = steps.journey_id and runs.journey_run_id = steps.journey_run_id
                and runs.profile_type = steps.profile_type and runs.profile_id = steps.profile_id
        window same_run as (partition by steps.journey_id, steps.journey_run_id, steps.profile_type, steps.profile_id)
    )
"""
IN_PERIOD = ">= '2025-03-03' and {0} < '2025-03-17'"
MESSAGE = f"attempted_at {IN_PERIOD.format('attempted_at')}"
RUN = f"journey_id = $journey_id and began_at {IN_PERIOD.format('began_at')}"
ENTRY = "coalesce(inflow_at, entered_at)"
# Query, the column that is added up, and the same figure of the facts themselves.
NARROWED = [
    ("recipient_domains", "sent", "fct_channel_engagement where channel = 'email' and was_sent and " + MESSAGE),
    ("send_hours", "unique_opens", """fct_channel_engagement
        where was_sent and not is_test_send and was_delivered and was_opened and """ + MESSAGE),
    ("messages_by_variation", "delivered", """fct_channel_engagement
        where channel in ('email', 'custom') and message_variation_name is not null and was_delivered
        and not is_test_send and """ + MESSAGE),
    ("links", "clicks", """fct_link_clicks inner join marts.fct_channel_engagement as messages using (engagement_key)
        where not is_bot and """ + MESSAGE),
    ("journey_performance", "completed", f"""fct_journey_runs
        where run_outcome = 'completed' and {ENTRY} {IN_PERIOD.format(ENTRY)}"""),
    ("journey_funnel", "inflow", f"{BEGAN} where {RUN}"),
    ("journey_funnel", "dropped_off", f"{BEGAN} where step_outcome = 'dropped_off' and {RUN}"),
    ("journey_routes", "transitions", f"{BEGAN} where step_number between 2 and 9 and {RUN}"),
    ("journey_exits", "exits", f"""{BEGAN}
        where step_outcome in ('dropped_off', 'failed') and {RUN}"""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "column", "rows"), NARROWED, ids=[f"{name} {column}" for name, column, _ in NARROWED])
def test_a_period_narrows_what_the_facts_have_days_for(sample, name, column, rows):
    asked = query(name)
    with Reader(sample) as reader:
        key, journey = reader.select(
            "select any_value(journey_key), journey_id from marts.dim_journeys inner join marts.fct_journey_steps "
            f"using (organization_id, journey_id) where entered_at {IN_PERIOD.format('entered_at')} "
            "and step_outcome = 'dropped_off' group by journey_id order by count(*) desc limit 1"
        )[1][0]
        values = dict.fromkeys(asked.parameters) | {"journey_key": key, "exit_level": "step"}
        columns, found = reader.run(asked, values | PERIOD)
        source = rows if rows.lstrip().startswith("(") else f"marts.{rows}"
        expected = f"select count(*) from {source}"
        counted = reader.select(expected, {"journey_id": journey} if "$journey_id" in rows else {})[1][0][0]
        whole = sum(row[columns.index(column)] for row in reader.run(asked, values)[1])
    assert sum(row[columns.index(column)] for row in found) == counted
    assert 0 < counted < whole


def test_a_timeline_has_every_event_of_a_person_and_of_nobody_else(sample):
    asked = query("person_timeline")
    with Reader(sample) as reader:
        counted = "select profile_key, count(*) from marts.fct_interactions where profile_key is not null group by all"
        people = reader.select(f"{counted} order by all limit 30")[1]
        for key, events in people:
            _, found = reader.run(asked, dict.fromkeys(asked.parameters) | {"person": key})
            assert len(found) == min(events, 500)
        nobody = dict.fromkeys(asked.parameters) | {"person": "' or 1=1 --"}
        assert reader.run(asked, nobody)[1] == []


def test_a_page_says_what_no_period_narrows(sample, monkeypatch):
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(sample))
    told = {}
    for page in ("journeys", "channels", "deliverability"):
        app = drawn(page=page, period="2025-03-03..2025-03-16")
        assert not app.exception
        told[page] = sum("Not narrowed by period" in caption.value for caption in app.caption)
    # Goals and versions count people, and an address is at risk today.
    assert told == {"journeys": 2, "channels": 0, "deliverability": 1}


def as_shown(name: str, value: float | None) -> str:
    """Return a figure as the pages show it."""
    if value is None:
        return "-"
    return re.sub(r"^(-?[\d.]+)$", r"\1 %", f"{value * 100:.1f}") if name.endswith("rate") else f"{value:,}"

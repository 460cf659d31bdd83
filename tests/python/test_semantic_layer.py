"""MetricFlow answers as the marts do: each saved query against plain SQL over the facts."""

import csv
import shutil

import pytest
import yaml
from click.testing import CliRunner
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt_metricflow.cli.main import cli

from warehouse import PROJECT, rows

# The counts of messages and of what came of them, and which of them make a rate in which channels, in the words of the
# product's definitions.
COUNTS = """
    count(*) filter (where was_sent or was_blocked) as inflow,
    count(*) filter (where was_sent) as sent,
    count(*) filter (where was_delivered) as delivered,
    count(*) filter (where was_delivered and was_opened) as unique_opens,
    count(*) filter (where was_delivered and was_clicked) as unique_clicks,
    sum(bot_clicks) as bot_clicks,
    count(*) filter (where was_sent and was_delivered and (was_opened or was_clicked)) as engaged,
    count(*) filter (where was_sent and replies > 0) as responses,
    count(*) filter (where was_blocked) as blocked,
    count(*) filter (where was_consent_blocked) as consent_blocked,
    count(*) filter (where was_bounced) as bounces,
    count(*) filter (where bounce_type = 'hard') as hard_bounces,
    count(*) filter (where bounce_type = 'soft') as soft_bounces,
    count(*) filter (where was_spam_reported) as spam_reports,
    count(*) filter (where was_unsubscribed) as unsubscribes
"""
RATES = {
    "send_rate": ("sent", "inflow", "email sms push custom voice"),
    "delivery_rate": ("delivered", "sent", "email sms custom voice"),
    "open_rate": ("unique_opens", "delivered", "email push"),
    "click_rate": ("unique_clicks", "delivered", "email sms push custom"),
    "click_to_open_rate": ("unique_clicks", "unique_opens", "email push"),
    "engagement_rate": ("engaged", "sent", "email sms push"),
    "response_rate": ("responses", "sent", "sms"),
    "blocked_rate": ("blocked", "inflow", "email sms push custom voice"),
    "consent_blocked_rate": ("consent_blocked", "inflow", "email sms push custom voice"),
    "bounce_rate": ("bounces", "sent", "email sms"),
    "hard_bounce_rate": ("hard_bounces", "sent", "email"),
    "soft_bounce_rate": ("soft_bounces", "sent", "email"),
    "spam_rate": ("spam_reports", "delivered", "email"),
    "unsubscribe_rate": ("unsubscribes", "delivered", "email"),
}


def engagement(wanted: str, by: str = "") -> str:
    """Return SQL over the messages: counts and rates of groups, as columns of the messages or `month` name them."""
    by += ", " if by else ""
    columns = [rate_sql(name) if name in RATES else f"sum({name}) as {name}" for name in wanted.split()]
    return f"""
        with dated as (
            select *, channel as sent_by, date_trunc('month', attempted_at) as month from marts.fct_channel_engagement
        ),
        counted as (select {by} sent_by, {COUNTS} from dated group by all)
        select {by} {", ".join(columns)} from counted group by all
    """


def rate_sql(name: str) -> str:
    """Return SQL for a rate over counts by channel: a channel that doesn't have it is on neither side."""
    part, whole, channels = RATES[name]
    part, whole = (f"sum({count}) filter (where list_contains({channels.split()}, sent_by))" for count in (part, whole))
    # Where a part of the events is missing, more may have bounced than were sent: a rate stops at 1.
    return f"case when {whole} > 0 then least({part} / {whole}, 1) end as {name}"


# What each saved query has to give: SQL over the facts.
EXPECTED = {
    "channel_performance": engagement(
        "inflow sent delivered send_rate delivery_rate open_rate click_rate click_to_open_rate engagement_rate "
        "bot_clicks",
        by="channel",
    ),
    "deliverability_by_month": engagement(
        "sent bounce_rate hard_bounce_rate soft_bounce_rate spam_rate unsubscribe_rate",
        by="month, channel",
    ),
    "message_performance": engagement(
        "sent delivered unique_opens unique_clicks open_rate click_rate unsubscribe_rate",
        by="journey_id, message_id",
    ),
    "business_unit_performance": engagement(
        "inflow sent blocked_rate consent_blocked_rate open_rate click_rate",
        by="business_unit_id, journey_engine",
    ),
    "journey_step_outcomes": """
        select
            journey_id,
            journey_step_id,
            count(*) as step_inflow,
            count(*) filter (where step_outcome = 'processed') as steps_processed,
            count(*) filter (where step_outcome = 'dropped_off') as steps_dropped_off,
            count(*) filter (where step_outcome = 'failed') as steps_failed,
            count(*) filter (where step_outcome = 'postponed') as steps_postponed,
            count(*) filter (where step_outcome = 'in_progress') as steps_in_progress,
            count(*) filter (where step_outcome = 'processed') / count(*) as step_completion_rate
        from marts.fct_journey_steps
        group by all
    """,
    "consent_losses_by_reason": """
        select
            channel,
            consent_reason,
            count(*) as consent_blocks,
            count(*) filter (where was_later_sent) as consent_blocks_later_sent,
            count(*) filter (where was_later_sent) / count(*) as consent_blocks_later_sent_rate
        from marts.fct_consent_blocks
        group by all
    """,
}


@pytest.fixture
def answer(project, warehouse, tmp_path, monkeypatch):
    """Return a function that runs `mf query` with some arguments over the sample and returns its rows."""
    project.parsed()
    shutil.copy(PROJECT / "dbt_project.yml", tmp_path)
    (tmp_path / "target").mkdir()
    shutil.copy(project.scratch / "target" / "semantic_manifest.json", tmp_path / "target")
    copied = shutil.copyfile(warehouse, tmp_path / warehouse.name)
    monkeypatch.setenv("CIJ_DATABASE", str(copied))
    monkeypatch.setenv("DBT_PROFILES_DIR", str(PROJECT / "profiles"))
    monkeypatch.chdir(tmp_path)

    def query(*arguments: str) -> list[dict[str, str]]:
        found = tmp_path / "found.csv"
        run = CliRunner().invoke(cli, ["query", "--quiet", "--csv", str(found), *arguments])
        assert run.exit_code == 0, run.output
        with found.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    yield query
    DuckDBConnectionManager.close_all_connections()


def comparable(rows_found: list[dict]) -> set[frozenset]:
    """Return rows that can be compared: columns by their own name, numbers rounded, nothing for null."""
    return {frozenset((name.split("__")[-1], _comparable(value)) for name, value in row.items()) for row in rows_found}


def _comparable(value: object) -> object:
    if value is None or value == "":
        return None
    try:
        return round(float(value), 9)
    except (TypeError, ValueError):
        return str(value).replace("T", " ")


@pytest.mark.parametrize("saved_query", EXPECTED)
def test_a_saved_query_gives_what_the_facts_give(answer, warehouse, saved_query):
    assert comparable(answer("--saved-query", saved_query)) == comparable(rows(warehouse, EXPECTED[saved_query]))


def test_every_saved_query_is_tested():
    text = (PROJECT / "models" / "marts" / "saved_queries.yml").read_text(encoding="utf-8")
    assert {query["name"] for query in yaml.safe_load(text)["saved_queries"]} == set(EXPECTED)


def test_a_metric_can_be_split_by_what_the_journey_says(answer, warehouse):
    expected = """
        select journeys.journey_engine, count(*) as step_inflow
        from marts.fct_journey_steps
        inner join marts.dim_journeys as journeys using (organization_id, journey_id)
        group by all
    """
    found = answer("--metrics", "step_inflow", "--group-by", "journey__journey_engine")
    assert comparable(found) == comparable(rows(warehouse, expected))


def test_a_total_over_channels_leaves_out_those_that_lack_the_rate(answer, warehouse):
    found = answer("--metrics", ",".join(RATES))
    assert comparable(found) == comparable(rows(warehouse, engagement(" ".join(RATES))))


def test_the_product_limits_are_measured_against_emails_alone(answer, warehouse):
    (found,) = answer("--metrics", "hard_bounce_rate,spam_rate")
    (expected,) = rows(
        warehouse,
        """
        select
            count(*) filter (where bounce_type = 'hard') / count(*) filter (where was_sent) as hard_bounce_rate,
            count(*) filter (where was_spam_reported) / count(*) filter (where was_delivered) as spam_rate
        from marts.fct_channel_engagement
        where channel = 'email'
        """,
    )
    assert comparable([found]) == comparable([expected])

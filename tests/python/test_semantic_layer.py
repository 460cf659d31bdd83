"""MetricFlow answers as the marts do: each saved query against plain SQL over the facts."""

import csv
import shutil

import pytest
import yaml
from click.testing import CliRunner
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt_metricflow.cli.main import cli
from warehouse import PROJECT, rows

# What each saved query has to give: SQL in its order of columns, over the facts where they can tell.
EXPECTED = {
    "channel_performance": """
        with messages as (
            select
                *,
                -- one person's run, within the day and message that the uniqueness is about
                case when was_opened or was_clicked then concat_ws(
                    '|', attempted_at::date, journey_engine, business_unit_id, journey_id, message_id,
                    organization_id, profile_type, profile_id, journey_run_id
                ) end as person_run
            from marts.fct_channel_engagement
        ),
        counted as (
            select
                channel,
                count(*) filter (where was_sent or was_blocked) as inflow,
                count(*) filter (where was_sent) as sent,
                count(*) filter (where was_delivered) as delivered,
                count(distinct person_run) filter (where was_opened) as openers,
                count(distinct person_run) filter (where was_clicked) as clickers,
                sum(bot_clicks) as bot_clicks
            from messages
            group by channel
        )
        select
            channel, inflow, sent, delivered,
            sent / nullif(inflow, 0) as send_rate,
            delivered / nullif(sent, 0) as delivery_rate,
            case when channel in ('email', 'push') then openers / nullif(delivered, 0) end as open_rate,
            clickers / nullif(delivered, 0) as click_rate,
            case when channel in ('email', 'push') then clickers / nullif(openers, 0) end as click_to_open_rate,
            bot_clicks
        from counted
    """,
    "deliverability_by_month": """
        select
            date_trunc('month', attempted_at) as month,
            channel,
            count(*) filter (where was_sent) as sent,
            count(*) filter (where bounce_type = 'hard') / nullif(sent, 0) as hard_bounce_rate,
            count(*) filter (where bounce_type = 'soft') / nullif(sent, 0) as soft_bounce_rate,
            count(*) filter (where was_spam_reported) / nullif(count(*) filter (where was_delivered), 0) as spam_rate,
            count(*) filter (where was_unsubscribed) / nullif(count(*) filter (where was_delivered), 0)
                as unsubscribe_rate
        from marts.fct_channel_engagement
        group by all
    """,
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
    "message_performance": """
        select
            journey_id,
            message_id,
            sum(daily.sent) as sent,
            sum(daily.delivered) as delivered,
            sum(daily.unique_opens) as unique_opens,
            sum(daily.unique_clicks) as unique_clicks,
            case when channel in ('email', 'push')
                -- more openers than deliveries where a part of the events is missing: a rate stops at 1
                then least(sum(daily.unique_opens), sum(daily.delivered)) / nullif(sum(daily.delivered), 0)
            end as open_rate,
            sum(daily.unique_clicks) / nullif(sum(daily.delivered), 0) as click_rate,
            sum(unsubscribes) / nullif(sum(daily.delivered), 0) as unsubscribe_rate
        from marts.agg_channel_engagement_daily as daily
        group by journey_id, message_id, channel
    """,
    "business_unit_performance": """
        select
            business_unit_id,
            journey_engine,
            sum(daily.inflow) as inflow,
            sum(daily.sent) as sent,
            sum(blocked) / nullif(sum(daily.inflow), 0) as blocked_rate,
            sum(consent_blocked) / nullif(sum(daily.inflow), 0) as consent_blocked_rate,
            sum(case when channel in ('email', 'push') then unique_opens end)
                / nullif(sum(case when channel in ('email', 'push') then delivered end), 0) as open_rate,
            sum(unique_clicks) / nullif(sum(delivered), 0) as click_rate
        from marts.agg_channel_engagement_daily as daily
        group by business_unit_id, journey_engine
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

"""MetricFlow, and the document for modelling tools, answer as the marts do: each metric against plain SQL."""

import csv
import re
import shutil

import duckdb
import pytest
import yaml
from click.testing import CliRunner
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt_metricflow.cli.main import cli

import semantic_model
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
    "goals_by_journey": """
        select
            coalesce(journeys.journey_name, goals.journey_id) as journey_shown,
            goals.channel,
            count(*) as goals,
            count(distinct goals.profile_key) as people_with_goals
        from marts.fct_goals as goals
        left join marts.dim_journeys as journeys using (organization_id, journey_id)
        group by all
    """,
    "conversions_by_channel": """
        select
            channel,
            count(distinct interaction_key) as conversions,
            sum(if(attribution_method = 'first_touch', credit, 0)) as first_touch_conversions,
            sum(if(attribution_method = 'last_touch', credit, 0)) as last_touch_conversions,
            sum(if(attribution_method = 'linear', credit, 0)) as linear_conversions
        from marts.fct_conversions
        group by all
    """,
    "attribution_by_month": """
        select
            date_trunc('month', converted_at) as month,
            count(distinct interaction_key) as conversions,
            count(distinct interaction_key) filter (where is_attributed) as attributed_conversions,
            count(distinct interaction_key) filter (where is_attributed) / count(distinct interaction_key)
                as attributed_conversion_rate
        from marts.fct_conversions
        group by all
    """,
    "journey_run_outcomes": """
        select
            coalesce(journeys.journey_name, runs.journey_id) as journey_shown,
            runs.journey_version,
            count(*) as run_inflow,
            count(*) filter (where entry_outcome = 'entered') as runs_entered,
            count(*) filter (where run_outcome = 'completed') as runs_completed,
            count(*) filter (where run_outcome is not null and run_outcome not in ('completed', 'in_progress'))
                as runs_exited,
            count(*) filter (where run_outcome = 'in_progress') as runs_in_progress,
            count(distinct profile_key) filter (where entry_outcome = 'entered') as people_entered,
            runs_entered / run_inflow as run_entry_rate,
            case when runs_entered > 0 then runs_completed / runs_entered end as run_completion_rate,
            case when runs_entered > 0 then runs_exited / runs_entered end as run_exit_rate
        from marts.fct_journey_runs as runs
        left join marts.dim_journeys as journeys using (organization_id, journey_id)
        group by all
    """,
    "link_clicks_by_channel": """
        select
            channel,
            coalesce(link_name, link_text, link_url, link_id) as link_shown,
            count(*) filter (where not is_bot) as link_clicks,
            count(*) filter (where is_bot) as bot_link_clicks,
            count(distinct engagement_key) filter (where not is_bot) as messages_with_link_clicks,
            count(*) filter (where is_bot) / count(*) as bot_link_click_share
        from marts.fct_link_clicks
        group by all
    """,
    "form_performance": """
        with visits as (
            select form_id, count(*) as form_visits from marts.fct_web_activity
            where activity_type = 'form_visit' group by all
        ),
        submissions as (
            select
                form_id,
                count(*) as form_submissions,
                count(confirmation_outcome) as form_confirmations_requested,
                count(*) filter (where confirmation_outcome = 'confirmed') as form_submissions_confirmed,
                count(*) filter (where confirmation_outcome = 'expired') as form_submissions_expired
            from marts.fct_form_submissions group by all
        )
        select
            coalesce(visits.form_id, submissions.form_id) as form_id,
            coalesce(form_visits, 0) as form_visits,
            coalesce(form_submissions, 0) as form_submissions,
            coalesce(submissions.form_confirmations_requested, 0) as form_confirmations_requested,
            coalesce(submissions.form_submissions_confirmed, 0) as form_submissions_confirmed,
            coalesce(submissions.form_submissions_expired, 0) as form_submissions_expired,
            case when visits.form_visits > 0
                then least(coalesce(submissions.form_submissions, 0) / visits.form_visits, 1) end
                as form_submission_rate,
            submissions.form_submissions_confirmed / nullif(submissions.form_confirmations_requested, 0)
                as form_confirmation_rate,
            submissions.form_submissions_expired / nullif(submissions.form_confirmations_requested, 0)
                as form_expiry_rate
        from visits full outer join submissions on visits.form_id is not distinct from submissions.form_id
    """,
    "event_attendance": """
        select
            event_id,
            coalesce(sum(registrations), 0) as event_registrations,
            coalesce(sum(cancelled), 0) as event_cancellations,
            coalesce(sum(expected), 0) as event_registrations_expected,
            coalesce(sum(round(attendance_rate * expected)), 0) as event_registrations_attended,
            coalesce(sum(walk_ins), 0) as event_walk_ins,
            event_registrations_attended / nullif(event_registrations_expected, 0) as event_attendance_rate,
            event_cancellations / nullif(event_registrations, 0) as event_cancellation_rate
        from (select distinct event_id from marts.fct_event_registrations)
        left join (from marts.agg_events where registration_type = 'event') using (event_id)
        group by all
    """,
}


@pytest.fixture
def answer(project, warehouse, tmp_path, monkeypatch):
    """Return a function that runs `mf query` with some arguments over the sample and returns its rows."""
    shutil.copy(PROJECT / "dbt_project.yml", tmp_path)
    (tmp_path / "target").mkdir()
    shutil.copy(project.documents() / "semantic_manifest.json", tmp_path / "target")
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


def test_every_metric_has_a_label_and_a_description_of_its_own(project):
    metrics = project.parsed().metrics.values()
    labels = [metric.label for metric in metrics]
    assert len(labels) >= 60 and len(set(labels)) == len(labels)
    assert [metric.name for metric in metrics if "_" in metric.label or not metric.label[0].isupper()] == []
    assert [metric.name for metric in metrics if not metric.description] == []


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


# What modelling tools are given


@pytest.fixture(scope="module")
def document(project):
    """Return the document for modelling tools."""
    return semantic_model.document(project.parsed(), project.documents()).semantic_model[0]


def test_the_document_has_every_mart_and_column(document, warehouse):
    query = "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
    columns = {(row["table_name"], row["column_name"]) for row in rows(warehouse, query)}
    assert {(mart.name, field.name) for mart in document.datasets for field in mart.fields} == columns


def test_each_relationship_leads_to_one_row_at_most(document, warehouse):
    assert len(document.relationships) > 150
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for link in document.relationships:
            columns = ", ".join(link.to_columns)
            twice = f"select {columns} from marts.{link.to} group by all having count(*) > 1"
            assert connection.execute(twice).fetchall() == [], link.name
            stated = f"select {', '.join(link.from_columns)} from marts.{link.from_dataset} limit 1"
            assert connection.execute(stated).fetchall(), link.name


def test_each_metric_of_the_document_is_the_one_of_the_semantic_layer(document, answer, warehouse):
    totals = answer("--metrics", ",".join(metric.name for metric in document.metrics))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for metric in document.metrics:
            (sql,) = (dialect.expression for dialect in metric.expression.dialects)
            marts = set(re.findall(r"\b([a-z]\w+)\.\w+", sql)) - {"dim_channels"}
            assert len(marts) == 1, metric.name
            channels = "left join marts.dim_channels using (channel)" if "dim_channels" in sql else ""
            (found,) = connection.execute(f"select {sql} from marts.{marts.pop()} {channels}").fetchone()
            assert _comparable(found) == _comparable(totals[0][metric.name]), metric.name

"""The bundle in a real Superset: it is imported as a user would, and every chart's own query gives rows.

`make superset-test` runs this in Superset's own environment, over the sample.
"""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]
# Of the project; this runs in that of Superset.
PYTHON = PROJECT / ".venv" / "bin" / "python"
CONFIGURATION = """
SECRET_KEY = "only for a test that nobody else can reach"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
"""
PASSWORD = "only-here"


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """Return the marts of the sample, as a build hands them on."""
    folder = tmp_path_factory.mktemp("marts")
    command = [
        PYTHON,
        "-m",
        "cij",
        "build",
        "--db",
        folder / "warehouse.duckdb",
        "--publish",
        folder / "journeys.duckdb",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=PROJECT)
    return folder / "journeys.duckdb"


@pytest.fixture(scope="session")
def client(tmp_path_factory, published):
    """Return a client, logged in, of a Superset that has imported the bundle, twice."""
    folder = tmp_path_factory.mktemp("superset")
    configuration = folder / "superset_config.py"
    configuration.write_text(CONFIGURATION.format(folder=folder))
    os.environ |= {"SUPERSET_CONFIG_PATH": str(configuration), "SUPERSET_HOME": str(folder), "FLASK_APP": "superset"}

    def superset(*command: object) -> None:
        program = Path(sys.executable).with_name("superset")
        done = subprocess.run([program, *map(str, command)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]

    superset("db", "upgrade")
    superset(
        "fab", "create-admin", "--username", "admin", "--firstname", "A", "--lastname", "B", "--email", "a@example.com",
        "--password", PASSWORD,
    )  # fmt: skip
    superset("init")
    bundle = folder / "journeys.zip"
    command = [PYTHON, PROJECT / "dashboards" / "superset" / "bundle.py", "--db", published, "--out", bundle]
    subprocess.run(command, check=True)
    for _ in range(2):
        superset("import-dashboards", "--path", bundle, "--username", "admin")

    from superset.app import create_app

    client = create_app().test_client()
    login = {"username": "admin", "password": PASSWORD, "provider": "db"}
    token = client.post("/api/v1/security/login", json=login).json["access_token"]
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


@pytest.fixture(scope="session")
def charts(client):
    """Return the charts that Superset has, by name."""
    found = client.get("/api/v1/chart/", query_string={"q": "(page_size:100)"}).json["result"]
    return {chart["slice_name"]: chart for chart in found}


def rows(client, chart: dict) -> list[dict]:
    """Return what the stored query of a chart gives."""
    answer = client.get(f"/api/v1/chart/{chart['id']}/data/")
    assert answer.status_code == 200, answer.json
    (result,) = answer.json["result"]
    assert result["error"] is None
    return result["data"]


def test_every_chart_of_the_dashboard_is_there_once_and_gives_rows(client, charts):
    (dashboard,) = client.get("/api/v1/dashboard/").json["result"]
    shown = client.get(f"/api/v1/dashboard/{dashboard['id']}/charts").json["result"]
    assert {chart["slice_name"] for chart in shown} == charts.keys()
    assert len(charts) == 12
    assert [name for name, chart in charts.items() if not rows(client, chart)] == []


def test_figures_are_those_of_the_marts(client, charts, published):
    with duckdb.connect(str(published), read_only=True) as connection:
        sent, delivered, applicable = connection.execute("""
            select
                count(*) filter (where was_sent),
                count(*) filter (where was_delivered and has_delivery_rate),
                count(*) filter (where was_sent and has_delivery_rate)
            from marts.fct_channel_engagement
            inner join marts.dim_channels using (channel)
        """).fetchone()
        (blocks,) = connection.execute(
            "select count(*) from marts.fct_consent_blocks where channel != 'none'"
        ).fetchone()
    assert rows(client, charts["Messages sent"]) == [{"sent": sent}]
    assert rows(client, charts["Delivery rate"]) == [{"delivery_rate": pytest.approx(delivered / applicable)}]
    assert sum(row["sent"] for row in rows(client, charts["Channels"])) == sent
    by_reason = rows(client, charts["Consent blocks by reason"])
    assert sum(row["consent_blocks"] for row in by_reason) == blocks


def test_rates_that_a_channel_has_not_are_empty(client, charts):
    by_channel = {row["channel_name"]: row for row in rows(client, charts["Channels"])}
    assert by_channel["Email"]["open_rate"] > 0
    assert by_channel["Text message"]["open_rate"] is None


def test_no_route_leads_back(client, charts):
    routes = rows(client, charts["The most frequent routes (choose a journey)"])
    assert all(int(row["from_step"].split(".")[0]) < int(row["to_step"].split(".")[0]) for row in routes)


def test_metrics_and_columns_say_what_they_mean(client):
    datasets = client.get("/api/v1/dataset/").json["result"]
    assert {one["table_name"] for one in datasets} == {"messages", "consent_blocks", "journey_steps", "journey_routes"}
    for one in datasets:
        found = client.get(f"/api/v1/dataset/{one['id']}").json["result"]
        assert [metric["metric_name"] for metric in found["metrics"] if not metric["description"]] == []
        # A column that only the dataset has is a name to show.
        unsaid = {column["column_name"] for column in found["columns"] if not column["description"]}
        assert unsaid <= {"journey", "message", "business_unit", "journey_step", "from_step", "to_step"}

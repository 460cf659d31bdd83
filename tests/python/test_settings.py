"""Settings: a wrong one stops a run before it does anything, and each does to the marts what it says and no more."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

import simulate
from cij import project
from cij.checks import settings
from cij.checks.settings import SettingsError, check_settings
from cij.project import project_settings
from test_simulated_exports import TRUTH_OF, connected, differences, mart_query
from warehouse import PROJECT, Project, rows

# Faults


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("report_timezon: UTC", "report_timezon: no such setting; is report_timezone meant?"),
        ("settings: {}", "settings: no such setting"),
        ("{report_timezone: Berlin}", "IANA name, such as Europe/Berlin; is Europe/Berlin meant?"),
        ("{report_timezone: BST}", "report_timezone: must be UTC or a time zone's IANA name"),
        ("{report_timezone: }", "report_timezone: must be UTC or a time zone's IANA name"),
        ("{start_date: '2024-02-30'}", "start_date: must be a day such as 2024-07-26, or empty"),
        ("{start_date: 26.7.2024}", "start_date: must be a day"),
        ("{dim_dates_end: ''}", "dim_dates_end: must be a day such as 2024-07-26"),
        ("{dim_dates_end: 2001-01-01}", "dim_dates_start: must not be above dim_dates_end (2001-01-01)"),
        ("{business_units: abc}", "business_units: must be a list of ids"),
        ("{business_units: [abc, '']}", "business_units: must be a list of ids"),
        ("{include_test_sends: 'no'}", "include_test_sends: must be true or false"),
        ("{attribution_window_days: '30'}", "attribution_window_days: must be a whole number, without quotes"),
        ("{attribution_window_days: 1.5}", "attribution_window_days: must be a whole number"),
        ("{attribution_window_days: true}", "attribution_window_days: must be a whole number"),
        ("{attribution_window_days: -1}", "attribution_window_days: must be a whole number from 0 on"),
        ("{pii_policy: hide}", "pii_policy: must be one of hash, mask, drop, keep"),
        ("{pii_policy: }", "pii_policy: must be one of hash, mask, drop, keep"),
        ("{erasure_path: /list.csv}", "VARS: erasure_path has its own option here; say ERASURES="),
        ("{spam_limit: 3}", "spam_limit: must be a number from 0 to 1"),
        ("{spam_limit: .nan}", "spam_limit: must be a number from 0 to 1"),
        ("{hard_bounce_preferred: 0.5}", "hard_bounce_preferred: must not be above hard_bounce_limit (0.08)"),
        ("{raw_path: /export}", "raw_path: no such setting"),
        ("[report_timezone]", "VARS: must name settings and their values"),
        ("{report_timezone", "VARS: neither YAML nor JSON"),
        ("{start_date: 2024-02-30}", "VARS: neither YAML nor JSON, or a day that no calendar has"),
    ],
)
def test_a_wrong_setting_is_refused(given, fault):
    with pytest.raises(SettingsError) as refusal:
        check_settings(given)
    assert fault in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "{start_date: 2024-02-29, report_timezone: America/Argentina/Buenos_Aires}",
        '{"business_units": ["{4C5E0A2B}"], "include_test_sends": false}',
        "{spam_limit: 1, hard_bounce_limit: 0, hard_bounce_preferred: 0, start_date: ''}",
    ],
)
def test_a_right_setting_is_taken(given):
    assert check_settings(given) == (yaml.safe_load(given) or {})


def test_a_wrong_setting_in_the_project_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "PROJECT_FILE", project_file(tmp_path, "spam_limit: 0.003", "span_limit: 3"))
    with pytest.raises(SettingsError, match=r"^span_limit: no such setting; is spam_limit meant\?$"):
        check_settings("")


@pytest.mark.parametrize("given", ["{elementary: {days_back: 7}}", "{elementary_days_back: 7, spam_limit: 0.1}"])
def test_a_setting_of_an_installed_package_is_that_packages_business(monkeypatch, given):
    with pytest.raises(SettingsError, match=r"^elementary.*: no such setting"):
        check_settings(given)
    monkeypatch.setattr(settings, "installed_packages", lambda: ["elementary"])
    assert check_settings(given) == yaml.safe_load(given)
    for misspelt in ("elementar_days_back", "elementarydays", "spam_limi"):
        with pytest.raises(SettingsError, match=f"^{misspelt}: no such setting"):
            check_settings(f"{{{misspelt}: 7}}")


def test_plain_dbt_leaves_the_settings_of_an_installed_package_alone(tmp_path, monkeypatch):
    package = tmp_path / "neighbour"
    (package / "models").mkdir(parents=True)
    (tmp_path / "dbt_packages").mkdir()
    (tmp_path / "dbt_packages" / "neighbour").symlink_to(package)
    (tmp_path / "packages.yml").write_text("packages: [{local: neighbour}]")
    (package / "dbt_project.yml").write_text("{name: neighbour, version: 1.0.0, config-version: 2}")
    (package / "models" / "neighbours_model.sql").write_text("select '{{ var(\"greeting\") }}' as greeting")
    (tmp_path / "macros").symlink_to(PROJECT / "macros")
    monkeypatch.setenv("CIJ_DATABASE", str(tmp_path / "warehouse.duckdb"))
    options = ["--quiet", "--log-level-file", "none", "--project-dir", str(tmp_path)]
    options += ["--profiles-dir", str(PROJECT / "profiles")]

    def run(new: str) -> object:
        project_file(tmp_path, "spam_limit: 0.003", f"spam_limit: 0.003\n  {new}")
        return dbtRunner().invoke(["run", "--select", "neighbours_model", *options])

    assert run("neighbour: {greeting: hello}").success
    DuckDBConnectionManager.close_all_connections()
    assert rows(tmp_path / "warehouse.duckdb", "from main.neighbours_model") == [{"greeting": "hello"}]
    assert "neighbor: no such setting" in str(run("neighbor: {greeting: hello}").exception)


def test_as_a_package_it_says_what_to_do_instead(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "reports_model.sql").write_text("select 1 as one")
    package = tmp_path / "dbt_packages" / "cij"
    package.mkdir(parents=True)
    for name in ("dbt_project.yml", "macros"):
        (package / name).symlink_to(PROJECT / name)
    (tmp_path / "packages.yml").write_text("packages: [{local: dbt_packages/cij}]")
    (tmp_path / "dbt_project.yml").write_text("{name: reports, version: 1.0.0, profile: cij}")
    monkeypatch.setenv("CIJ_DATABASE", str(tmp_path / "reports.duckdb"))
    options = ["--project-dir", str(tmp_path), "--profiles-dir", str(PROJECT / "profiles")]
    result = dbtRunner().invoke(["run", "--quiet", "--log-level-file", "none", "--select", "reports_model", *options])
    DuckDBConnectionManager.close_all_connections()
    assert "cij: a project that builds a file of its own, and no package" in str(result.exception)


def test_the_build_refuses_a_wrong_setting_and_changes_nothing(tmp_path):
    database = tmp_path / "warehouse.duckdb"
    duckdb.connect(str(database)).close()
    before = database.read_bytes()
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--db", database, "--vars", "{spam_limit: 3}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: spam_limit: must be a number from 0 to 1\n"
    assert database.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [database.name]


@pytest.mark.parametrize(
    ("old", "new", "given", "fault"),
    [
        ("", "", "{report_timezone: Berlin}", "report_timezone: must be UTC or a time zone's IANA name"),
        ("spam_limit: 0.003", "spam_limit: 0.003\n  span_limit: 3", "{}", "span_limit: no such setting"),
    ],
    ids=["given", "in the project file"],
)
def test_plain_dbt_refuses_a_wrong_setting_before_any_work(tmp_path, monkeypatch, old, new, given, fault):
    project_file(tmp_path, old, new)
    (tmp_path / "macros").symlink_to(PROJECT / "macros")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "anything.sql").write_text("select 1 as one")
    monkeypatch.setenv("CIJ_DATABASE", str(tmp_path / "warehouse.duckdb"))
    arguments = ["--project-dir", str(tmp_path), "--profiles-dir", str(PROJECT / "profiles"), "--vars", given]
    result = dbtRunner().invoke(["build", "--quiet", "--log-level-file", "none", *arguments])
    DuckDBConnectionManager.close_all_connections()
    assert not result.success
    assert fault in str(result.exception)
    assert rows(tmp_path / "warehouse.duckdb", "select table_name from information_schema.tables") == []


def project_file(folder: Path, old: str, new: str) -> Path:
    """Write a changed copy of dbt_project.yml. Returns its path."""
    text = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    assert old in text
    changed = folder / "dbt_project.yml"
    changed.write_text(text.replace(old, new), encoding="utf-8")
    return changed


# One place


def test_every_setting_is_described_and_has_a_value_that_it_may_have():
    described, values = project_settings()
    assert list(described) == list(values)
    assert all(rules["meaning"] and rules["kind"] for rules in described.values())
    assert check_settings("") == {}


def test_the_guide_lists_the_settings_as_the_project_describes_them():
    described, values = project_settings()
    shown = {name: shown_value(value) for name, value in values.items()}
    lines = [f"| `{name}` | dbt var | {shown[name]} | {rules['meaning']} |" for name, rules in described.items()]
    listed = re.findall(
        r"^\| `\w+` \| dbt var .*$", (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert listed == lines


def shown_value(value: object) -> str:
    """Return a default as the README shows it."""
    if value in ("", [], {}):
        return "empty"
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_models_and_macros_ask_for_settings_and_for_all_of_them():
    described, _ = project_settings()
    code = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("macros/**/*.sql"), *PROJECT.glob("tests/dbt/**/*.sql")]
    asked = {name for file in code for name in re.findall(r'\bvar\("(\w+)"', file.read_text(encoding="utf-8"))}
    # `settings` itself is what describes them.
    assert asked - {"settings"} == set(described)


def test_only_the_macros_of_the_calendar_name_days_and_hours():
    """A day or an hour that a model takes from an instant itself would be one of UTC."""
    calendar = re.compile(
        r"\bas date\b|\bextract\(|date_trunc|date_part|strftime|\bhour\(|\bday\(|isodow", re.IGNORECASE
    )
    without_instants = {"dim_dates.sql"}
    found = {}
    for file in PROJECT.glob("models/**/*.sql"):
        text = re.sub(r"extract\(hour from \{\{ report_time\(", "", file.read_text(encoding="utf-8"))
        if file.name not in without_instants and calendar.search(text):
            found[file.name] = calendar.findall(text)
    assert found == {}


# What reports show


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Return the folder of a simulated export, and of the truth about it."""
    folder = tmp_path_factory.mktemp("settings")
    where = ("--out", folder / "export", "--truth", folder / "truth", "--rows", 12_000, "--seed", 31)
    assert simulate.main([*map(str, where), "--quiet"]) == 0
    return folder


REPORT_ZONE = ZoneInfo("America/New_York")


def local_time(at: datetime) -> datetime:
    """Return what clocks in the time zone of the reports show."""
    return at.replace(tzinfo=UTC).astimezone(REPORT_ZONE).replace(tzinfo=None)


@pytest.mark.long
def test_reports_show_local_days_and_no_test_sends(simulated, tmp_path):
    shutil.copytree(simulated / "export", tmp_path / "export")
    add_a_blocked_test_send(tmp_path / "export")
    settings = {"report_timezone": REPORT_ZONE.key, "include_test_sends": False, "pii_policy": "keep"}
    database = Project(tmp_path, tmp_path / "export", **settings).build_anew()
    with connected(warehouse=database) as connection:
        connection.create_function("local_time", local_time, ["TIMESTAMP"], "TIMESTAMP")
        for table in (simulated / "truth").glob("*.parquet"):
            # In a simulated history test sends are the emails that no journey sent.
            is_test = "channel = 'email' and journey_id is null"
            shown = f"where not ({is_test})" if table.stem in ("messages", "blocks", "link_clicks") else ""
            connection.execute(f"create view {table.stem} as select * from '{table}' {shown}")
        for mart, path in TRUTH_OF.items():
            if mart.startswith("ops."):
                continue
            expected = re.sub(r"cast\((.*) as date\)", r"cast(local_time(\1) as date)", path.read_text("utf-8"))
            expected = re.sub(r"(isodow|hour)\((\w+)\)", r"\1(local_time(\2))", expected)
            columns = [row[0] for row in connection.execute(f"describe {expected}").fetchall()]
            assert differences(connection, expected, mart_query(mart, columns)) == [], mart
        events = "select count(*) from warehouse.marts.fct_interactions where journey_id = 'test'"
        assert connection.execute(events).fetchone() == (4,)
    assert rows(database, "from ops.reconciliation_exceptions where journey_id = 'test'") == []


def add_a_blocked_test_send(export: Path) -> None:
    """Add one message with contradictions of which some of the events say that it is a test."""
    header = "IdempotencyId,OrganizationId,CustomerJourneyId,MessageId,ProfileType,ProfileId,Timestamp,UsageType"
    for number, (entity, usage) in enumerate(
        [("EmailSent", "TestSend"), ("EmailBlocked", ""), ("EmailBlockedByUser", ""), ("EmailClicked", "")]
    ):
        row = f"test {number},org,test,message,Contact,person,2025-03-01T09:00:00Z,{usage}"
        (export / entity / "test.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")


# Which rows are loaded, and whose they are

START, START_ZONE = "2025-03-30", ZoneInfo("Asia/Kolkata")
PLAIN_ID = "lower(trim({}, ' {{}}'))"
# The twin of an organization has the same ids everywhere, another name, and lives later by whole weeks.
TWIN_NAME = "md5(coalesce({}, ''))"
LATER = "interval 728 days"


@pytest.mark.long
def test_what_is_loaded_is_limited_and_organizations_with_the_same_ids_do_not_mix(simulated, tmp_path):
    """A limited warehouse of two organizations with equal ids is that of the limited export, twice."""
    units = most_frequent_units(simulated / "export")
    zone = {"report_timezone": START_ZONE.key}
    one = Project(tmp_path / "one", tmp_path / "one" / "export", **zone)
    two = Project(tmp_path / "two", tmp_path / "two" / "export", **zone, start_date=START, business_units=units)
    for path in (simulated / "export").glob("*/*.parquet"):
        limited = duckdb.sql(f"from '{path}' where {limit(units)}")
        write(limited, one.raw / path.parent.name / "0.parquet")
        write(duckdb.sql(f"from '{path}'"), two.raw / path.parent.name / "0.parquet")
        write(twin(limited, PLAIN_ID.format("OrganizationId")), two.raw / path.parent.name / "1.parquet")
    with connected(one=one.build_anew(), two=two.build_anew()) as connection:
        marts = connection.execute(
            "select distinct table_schema || '.' || table_name from information_schema.tables "
            "where table_catalog = 'one' and (table_schema = 'marts' or table_name = 'reconciliation_exceptions')"
        ).fetchall()
        assert len(marts) >= 45
        for (mart,) in marts:
            # Keys hold the organization; that they are unique and point to something is tested by every build.
            expected = connection.sql(f"select columns(name -> name not like '%\\_key' escape '\\') from one.{mart}")
            shown = ", ".join(expected.columns)
            if "organization_id" in expected.columns:
                expected = expected.union(twin(expected, "organization_id"))
            assert differences(connection, expected.sql_query(), f"select {shown} from two.{mart}") == [], mart
        loaded = "select sum(raw_rows - skipped_rows), sum(skipped_rows) > 0 from two.ops.source_coverage"
        expected = "select 2 * sum(raw_rows), true from one.ops.source_coverage"
        assert connection.execute(loaded).fetchone() == connection.execute(expected).fetchone()


def twin(rows_of_one: duckdb.DuckDBPyRelation, organization: str) -> duckdb.DuckDBPyRelation:
    """Return the rows as the organization's twin has them."""
    column = organization.removeprefix("lower(trim(").split(",")[0]
    changed = {column: TWIN_NAME.format(organization)}
    for name, kind in zip(rows_of_one.columns, map(str, rows_of_one.types), strict=True):
        if kind.startswith(("TIMESTAMP", "DATE")):
            changed[name] = f"cast({name} + {LATER} as {kind})"
    return rows_of_one.project(", ".join(f"{changed.get(name, name)} as {name}" for name in rows_of_one.columns))


def limit(units: list[str]) -> str:
    """Return the condition that rows of the settings' days and units meet."""
    start = datetime.fromisoformat(START).replace(tzinfo=START_ZONE).astimezone(UTC)
    unit = PLAIN_ID.format("BusinessUnitId")
    wanted = ", ".join(f"'{unit.lower().strip('{}')}'" for unit in units)
    return f"coalesce(Timestamp >= timestamptz '{start}', true) and coalesce(nullif({unit}, '') in ({wanted}), true)"


def most_frequent_units(export: Path) -> list[str]:
    """Return two business units of an export, spelt as people might."""
    found = duckdb.sql(
        f"select {PLAIN_ID.format('BusinessUnitId')} as unit from '{export}/EmailSent/*.parquet' "
        "where unit != '' group by unit order by count(*) desc, unit limit 2"
    ).fetchall()
    return ["{" + found[0][0].upper() + "}", found[1][0]]


def write(rows_of_table: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write rows to a Parquet file, and make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows_of_table.write_parquet(str(path))

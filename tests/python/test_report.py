"""The report of a period: its figures are the marts', nothing in it runs, and what fails leaves nothing."""

import re
import shutil
from html.parser import HTMLParser

import duckdb
import pytest

from cij.commands import report
from cij.quoting import sql_text
from warehouse import rows

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }} ]]>'
TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "b", "table", "thead", "tbody", "tr",
    "th", "td", "svg", "line", "text", "polyline", "circle", "rect",
}  # fmt: skip


class Reading(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.texts = set(), set(), []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.texts.append(data.strip())


def written(file, out, *options: str) -> str:
    assert report.main([f"--db={file}", f"--out={out}", *options]) == 0
    return out.read_text(encoding="utf-8")


def figures(page: str) -> dict[str, str]:
    return dict(re.findall(r'<div class="figure"[^>]*>([^<]+)<b>([^<]+)</b>', page))


def test_the_figures_are_those_of_the_marts(warehouse, tmp_path):
    page = written(warehouse, tmp_path / "report.html", "--from=2025-03-01", "--to=2025-03-31")
    (counts,) = rows(
        warehouse,
        """
        select
            sum(inflow)::bigint as attempted,
            sum(sent)::bigint as sent,
            sum(unique_opens) filter (where has_open_rate) / sum(delivered) filter (where has_open_rate) as open_rate
        from marts.agg_channel_engagement_daily
        inner join marts.dim_channels using (channel)
        where attempt_date between date '2025-03-01' and date '2025-03-31'
        """,
    )
    (runs,) = rows(
        warehouse,
        """
        select count(*) as runs, count(*) filter (where run_outcome = 'completed') as completed
        from marts.fct_journey_runs
        where coalesce(inflow_at, entered_at)::date between date '2025-03-01' and date '2025-03-31'
        """,
    )
    shown = figures(page)
    assert (shown["Attempted"], shown["Sent"]) == (f"{counts['attempted']:,}", f"{counts['sent']:,}")
    assert shown["Open rate"] == f"{counts['open_rate'] * 100:.1f} %"
    assert (shown["Runs"], shown["Completed"]) == (str(runs["runs"]), str(runs["completed"]))
    # A call has no opens, and a rate that doesn't apply is not 0.
    assert re.search(r"<td>Phone call</td>(?:<td[^>]*>[^<]*</td>)*<td[^>]*>does not apply</td>", page)


def test_nothing_in_it_runs_or_asks_anybody(warehouse, tmp_path):
    file = tmp_path / "hostile.duckdb"
    shutil.copy(warehouse, file)
    file.chmod(0o600)
    with duckdb.connect(str(file)) as connection:
        for table, column in (
            ("dim_journeys", "journey_name"), ("dim_channels", "channel_name"),
            ("agg_bounces_daily", "bounce_category"),
            ("agg_recipient_domains_daily", "recipient_domain"), ("dim_interaction_types", "interaction_family"),
        ):  # fmt: skip
            connection.execute(f"update marts.{table} set {column} = ?", [EVIL])
        connection.execute(f"comment on column marts.agg_channel_engagement_daily.sent is {sql_text(EVIL)}")
    page = written(file, tmp_path / "report.html", "--from=2024-08-01", "--to=2025-11-30")
    reading = Reading(page)
    assert reading.tags <= TAGS
    assert not {name for name in reading.attributes if name.startswith("on") or name in ("src", "href", "style")}
    # It is there, as a text.
    assert EVIL in reading.texts
    assert "url(" not in page
    assert "@import" not in page


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--from=2025-02-30"], "--from: 2025-02-30: has to be a day"),
        (["--to=soon"], "--to: soon: has to be a day"),
        (["--from=2025-02-02", "--to=2025-02-01"], "--from: 2025-02-02 is after --to"),
        (["--from=0001-01-01", "--to=2025-02-01"], "no period as long before it"),
        (["--db=nowhere.duckdb"], "nowhere.duckdb: no such file"),
        (["--out=."], "is a folder"),
        (["--out=nowhere/report.html"], "its folder is not there"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_nothing(warehouse, tmp_path, monkeypatch, capsys, options, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.html").write_text("the old one")
    assert report.main([f"--db={warehouse}", "--out=report.html", *options]) == 2
    assert told in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "the old one"


def test_it_never_takes_the_place_of_the_warehouse(warehouse, capsys):
    assert report.main([f"--db={warehouse}", f"--out={warehouse}"]) == 2
    assert "is the warehouse" in capsys.readouterr().err

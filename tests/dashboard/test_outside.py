"""What comes from outside: addresses, names in the warehouse, the file and the port that somebody gives."""

from __future__ import annotations

import csv
import io
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

import duckdb
import pandas as pd
import pytest
import streamlit as st

import results
import words
from conftest import PROJECT
from filters import LISTS
from looking import drawn

# What single pages keep in the address.
OWN = {"journeys": ["detail", "version"], "channels": ["figure", "by", "hours"], "audience": ["window", "person"]}
HOSTILE = ["' or 1=1 --", "<img src=x onerror=alert(1)>", "{{ 7*7 }}", "$(touch ran)", "\u202e", "a" * 5000, "null", ""]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_an_address_may_not_ask_for_is_passed_over_with_a_word(sample, monkeypatch, value):
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(sample))
    usual = {figure.label: figure.value for figure in drawn().metric}
    for name in [*LISTS, "period"]:
        app = drawn(**{name: value})
        assert not app.exception
        assert {figure.label: figure.value for figure in app.metric} == usual
        assert "was ignored" in app.info[0].value
        assert not value or value not in app.info[0].value
    app = drawn(page=value)
    assert not app.exception
    assert "a page" in app.info[0].value
    for page, names in OWN.items():
        app = drawn(page=page, **dict.fromkeys(names, value))
        assert not app.exception
        assert app.info
        assert not value or not any(value in message.value for message in app.info)


@pytest.mark.parametrize(
    "days",
    [
        "2025-02-30..2025-03-01",
        "2025-03-02..2025-03-01",
        "0001-01-01..9999-12-31",
        "2025-1-1..2025-1-2",
        "..",
        "7 days",
    ],
)
def test_a_period_that_is_none_is_passed_over(sample, monkeypatch, days):
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(sample))
    app = drawn(period=days)
    assert not app.exception
    assert "a period" in app.info[0].value
    assert app.query_params["period"] == "90"


def test_an_address_keeps_what_was_chosen_by_id(sample, monkeypatch):
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(sample))
    with duckdb.connect(str(sample), read_only=True) as connection:
        journey = connection.execute("select min(journey_id) from marts.dim_journeys").fetchone()[0]
    app = drawn(page="channels", journey=journey, period="2025-01-01..2025-06-30")
    assert app.query_params["journey"] == journey
    app.sidebar.multiselect(key="filter_channel").select("sms").run()
    app.sidebar.radio(key="page").set_value("consent").run()
    assert {name: app.query_params[name] for name in ("page", "channel", "journey", "period")} == {
        "page": "consent", "channel": "sms", "journey": journey, "period": "2025-01-01..2025-06-30",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\r=1"])
def test_no_text_of_a_csv_file_is_a_formula(name):
    rows = pd.DataFrame({"journey_name": [name, "Welcome"], "change": [-5, 3]})
    cells = list(csv.reader(io.StringIO(words.csv(rows).decode("utf-8-sig"), newline="")))
    assert cells[1] == [f"'{name}", "-5"]
    assert cells[2] == ["Welcome", "3"]


def test_texts_of_a_warehouse_are_no_markdown():
    assert words.plain("![x](http://x) **b** :red[c] <b> $a$") == (
        r"\!\[x\]\(http\:\/\/x\) \*\*b\*\* \:red\[c\] \<b\> \$a\$"
    )


def test_comments_in_the_file_come_before_the_projects_descriptions(sample, tmp_path, monkeypatch):
    file = tmp_path / "commented.duckdb"
    shutil.copy(sample, file)
    file.chmod(0o600)
    with duckdb.connect(str(file)) as connection:
        connection.execute("comment on column marts.agg_channel_engagement_daily.sent is 'What went *out*'")
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(file))
    helps = {figure.label: figure.help for figure in drawn().metric}
    assert helps["Sent"] == r"What went \*out\*"
    assert helps["Attempted"].startswith("Attempts")


def test_a_file_of_the_next_generation_is_shown_without_a_restart(sample, email_only, tmp_path, monkeypatch):
    file = tmp_path / "journeys.duckdb"
    shutil.copy(sample, file)
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(file))
    app = drawn(period="all")
    first = {figure.label: figure.value for figure in app.metric}["Sent"]
    shutil.copy(email_only, tmp_path / "next")
    (tmp_path / "next").replace(file)
    second = {figure.label: figure.value for figure in app.run().metric}["Sent"]
    with duckdb.connect(str(email_only), read_only=True) as connection:
        sent = connection.execute("select sum(sent)::bigint from marts.agg_channel_engagement_daily").fetchone()[0]
    assert first != second == f"{sent:,}"
    file.unlink()
    assert "no such file" in app.run().error[0].value.replace("\\", "")


def test_people_who_look_at_once_do_not_wait_for_each_other_for_ever(sample, monkeypatch):
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(sample))
    st.cache_data.clear()
    everything = dict.fromkeys([*(many for many, *_ in LISTS.values()), "from_date", "to_date"]) | {"step": "month"}
    seen = []

    def look(order: int) -> None:
        with results.reading():
            for name in ("message_totals", "messages_by_time", "messages_by_channel")[::order]:
                seen.append(results.ask(name, everything).first["inflow"])

    looking = [threading.Thread(target=look, args=(order,), daemon=True) for order in (1, -1) * 4]
    for one in looking:
        one.start()
    end = time.monotonic() + 60
    for one in looking:
        one.join(timeout=max(0, end - time.monotonic()))
    assert len(seen) == 3 * len(looking)


def test_a_build_may_write_the_file_between_two_looks(sample, tmp_path, monkeypatch):
    file = tmp_path / "warehouse.duckdb"
    shutil.copy(sample, file)
    file.chmod(0o600)
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(file))
    assert not drawn().exception
    # Another process, as a lock doesn't hold against one's own.
    write = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table x (y int)')"
    done = subprocess.run([sys.executable, "-c", write, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_cannot_be_shown_is_refused_with_one_message(sample, tmp_path):
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    text = tmp_path / "text.duckdb"
    text.write_text("no database")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for file, number, told in (
            ("", "8599", "DB is empty"),
            (tmp_path / "none.duckdb", "8599", "no such file"),
            (other, "8599", "no warehouse of this project"),
            (text, "8599", "not a DuckDB database"),
            (tmp_path, "8599", "not a DuckDB database"),
            (sample, "http", "PORT=http: has to be a number"),
            (sample, "80", "PORT=80: has to be a number"),
            (sample, "٨٥٠١", "has to be a number"),
            (sample, "$(touch ran)", "has to be a number"),
            (sample, port, f"PORT={port}: address already in use"),
        ):
            command = [sys.executable, PROJECT / "dashboards" / "start.py", f"--db={file}", f"--port={number}"]
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=60,
                env=os.environ | {"PYTHONPATH": str(PROJECT / "scripts")},
            )  # fmt: skip
            assert done.returncode == 2, done.stdout
            assert done.stderr.count("\n") == 1
            assert told in done.stderr, done.stderr

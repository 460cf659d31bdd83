"""Builds and tests the warehouse on Spark in this process: the sample, or an export that the loader reads first."""

from __future__ import annotations

import contextlib
import os
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cij.checks.settings import SettingsError, as_option, passthrough_of
from cij.dbt_run import BAR, Outcome, TimeLeft, show_progress
from cij.project import PROJECT
from cij.publishing.building_place import BuildingPlace, PlaceError
from cij.spark.raw import forget, read_export, register
from cij.spark.seeds import write_seeds
from cij.spark.session import start_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RAW_FILES = "raw"
# Below this many bytes of Parquet it takes Java longer to compile a query's code than it saves.
WORTH_COMPILING = 32_000_000
NOT_COMPILED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}


def build_on_spark(arguments: Namespace, settings: dict) -> tuple[Outcome, Path]:
    """Build everything anew. Returns the outcome and the folder of the warehouse.

    Arguments: arguments (of `cij build`), settings (the vars). Raises what the loader raises, PlaceError,
    SettingsError, and SparkMissingError; then nothing was replaced.
    """
    for name in ("reference", "erasures", "publish"):
        if getattr(arguments, name):
            raise SettingsError(f"{name.upper()}: is for DuckDB only; leave it out with ENGINE=spark")
    folder = Path(os.path.realpath(arguments.db))
    if folder.exists() and not folder.is_dir():
        raise PlaceError(f"{folder}: a file; with ENGINE=spark DB must be a folder, such as warehouse.spark")
    with BuildingPlace(folder) as place:
        exported = None
        if arguments.raw:
            exported = Path(tempfile.mkdtemp(dir=place.folder))
            tables, warnings = read_export(exported, arguments.raw, passthrough_of(settings))
        session = start_session(folder)
        check_same_kind(session, folder, bool(arguments.raw))
        # Spark reads what the loader wrote; neither an address nor a secret of this environment is for dbt.
        secret = os.environ.pop("CIJ_PII_SECRET", "")
        os.environ.pop("CIJ_RAW_SCHEMA", None)
        if exported:
            forget(session, folder / RAW_FILES)
            exported.rename(folder / RAW_FILES)
            register(session, folder / RAW_FILES, tables, secret)
        compile_for_much(session, folder / RAW_FILES)
        outcome = run_dbt_on_spark(session, settings, bool(arguments.raw), arguments.json)
        if exported:
            outcome.warnings[:0] = warnings
    return outcome, folder


def compile_for_much(session: SparkSession, folder: Path) -> None:
    """Have Spark compile no code for little data. Argument: folder (of the raw files; the sample has none)."""
    if sum(file.stat().st_size for file in folder.glob("*")) < WORTH_COMPILING:
        for name, value in NOT_COMPILED.items():
            session.conf.set(name, value)


def check_same_kind(session: SparkSession, folder: Path, has_export: bool) -> None:
    """Raise PlaceError where the sample would take the place of an export."""
    if not has_export and session.catalog.databaseExists("raw"):
        raise PlaceError(
            f"{folder}: holds what was loaded from an export, which the sample would replace; name the export with "
            "RAW, or choose another DB"
        )


def run_dbt_on_spark(
    session: SparkSession, settings: dict, has_export: bool, quiet: bool, selected: Sequence[str] = ()
) -> Outcome:
    """Run dbt over the project in a session. Returns the outcome.

    Arguments: session, settings (the vars), has_export (so that the sample is left out), quiet (no progress), selected
    (dbt's words for what to build; everything if none).
    """
    from dbt.cli.main import dbtRunner
    from tqdm import tqdm

    options = [
        "--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json", "--target", "spark",
        "--target-path", str(PROJECT / "target" / "spark"), "--profiles-dir", str(PROJECT / "profiles"),
        "--vars", as_option(settings),
    ]  # fmt: skip
    outcome = Outcome()
    with contextlib.chdir(PROJECT), tqdm(disable=quiet or None, unit="node", bar_format=BAR) as bar:
        result = dbtRunner().invoke(["parse", *options])
        if result.success:
            seeds = [node for node in result.result.nodes.values() if node.resource_type == "seed"]
            needed = [node for node in seeds if not has_export or node.schema != "sample"]
            bar.set_description("seeds")
            outcome.counts["seed"] = write_seeds(session, needed)
            left = TimeLeft({})
            runner = dbtRunner(manifest=result.result, callbacks=[lambda event: show_progress(bar, left, event)])
            left_out = [part for kind in ("unit_test", "seed") for part in ("--exclude-resource-type", kind)]
            left_out += ["--select", *selected] if selected else []
            at_a_time = [] if os.environ.get("CIJ_THREADS") else ["--threads", str(os.cpu_count())]
            result = runner.invoke(["build", *left_out, *at_a_time, *options])
    outcome.add_all(result)
    return outcome

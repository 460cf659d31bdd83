"""Dagster's view of the warehouse: every dbt model is an asset, every dbt test a check, and one job refreshes them all.

Whichever of the assets are asked for, scripts/refresh.py builds, tests and publishes the whole: that is what makes a
publication atomic. The environment gives CIJ_RAW_PATH, CIJ_PUBLISH and the secrets; no setting holds any of them.
"""

import os
from graphlib import TopologicalSorter

import dagster as dg
from dagster_dbt import dbt_assets
from project_manifest import project_manifest
from pydantic import Field
from refresh_process import Refreshed, refresh, rows_by_table

POOL = "journeys_refresh"
RETRIED = 4


class RefreshOptions(dg.Config):
    """What one run may ask for: options of refresh.py such as ["--full-refresh"], as far as refresh() allows them."""

    options: list[str] = Field(default_factory=list)


# A full disk or too little memory may be better in a while; nothing else is tried again.
@dbt_assets(
    manifest=project_manifest(),
    # The sample: an export takes its place.
    exclude="path:seeds/raw path:seeds/dataverse",
    name="refresh",
    pool=POOL,
    retry_policy=dg.RetryPolicy(max_retries=2, delay=300),
)
def warehouse(context: dg.AssetExecutionContext, config: RefreshOptions):
    """Run the refresh and tell what came of each asset and check that was asked for."""
    # Not settings of Dagster's: whoever launches a run could name others.
    raw, publish = (os.environ.get(name, "") for name in ("CIJ_RAW_PATH", "CIJ_PUBLISH"))
    refreshed = refresh(raw, publish, config.options)
    for line in refreshed.messages:
        context.log.info(line)
    for name, message in refreshed.failed_tests.items():
        yield from check_results(context, name, dg.AssetCheckSeverity.ERROR, message)
    if refreshed.is_overlap:
        context.log.warning("Another refresh is running; it loads what this one would have.")
        return
    if refreshed.exit_code:
        raise dg.Failure(
            description=refreshed.reason,
            metadata={"exit_code": refreshed.exit_code},
            allow_retries=refreshed.exit_code == RETRIED,
        )
    if not refreshed.is_published:
        context.log.info("Nothing new: the published file stays as it is.")
        return
    yield from materializations(context, refreshed, rows_by_table(publish))
    for key in context.selected_asset_check_keys:
        if key.name not in refreshed.warned_tests:
            yield dg.AssetCheckResult(asset_key=key.asset_key, check_name=key.name, passed=True)
    for name, message in refreshed.warned_tests.items():
        yield from check_results(context, name, dg.AssetCheckSeverity.WARN, message)


def materializations(context, refreshed: Refreshed, rows: dict[tuple[str, str], int]):
    """Yield what is to be said of each selected asset; rows are by schema and table."""
    # Dagster takes no asset before those that it depends on.
    needs = {spec.key: [need.asset_key for need in spec.deps] for spec in context.assets_def.specs}
    for key in TopologicalSorter(needs).static_order():
        if key not in context.selected_asset_keys:
            continue
        schema, table = key.path
        metadata = {"seconds": refreshed.seconds_by_model.get(table), "dagster/row_count": rows.get((schema, table))}
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={name: value for name, value in metadata.items() if value is not None},
        )


def check_results(context, test: str, severity: dg.AssetCheckSeverity, message: str):
    """Yield the result of one test that found something, if it is a check that was asked for."""
    for key in context.selected_asset_check_keys:
        if key.name == test:
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=False,
                severity=severity,
                description=message,
            )


refresh_job = dg.define_asset_job("refresh_and_publish", selection=[warehouse])

defs = dg.Definitions(
    assets=[warehouse],
    jobs=[refresh_job],
    # Not at the full hour, when exports are often still being written.
    schedules=[dg.ScheduleDefinition(name="hourly", job=refresh_job, cron_schedule="17 * * * *")],
)

"""Runs Dagster's job in this process and prints what came of it as JSON. Started by Dagster's own Python.

Arguments: the folder of the definitions, then options for refresh.py.
"""

import json
import sys
from collections import Counter

import dagster as dg

sys.path.insert(0, sys.argv[1])

from definitions import defs, warehouse

with dg.DagsterInstance.ephemeral() as instance:
    result = defs.resolve_job_def("refresh_and_publish").execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config={"ops": {"refresh": {"config": {"options": sys.argv[2:]}}}},
    )
    materialized = [event.materialization for event in result.get_asset_materialization_events()]
    checks = result.get_asset_check_evaluations()
    print(json.dumps({
        "succeeded": result.success,
        "pool": warehouse.op.pool,
        "assets": [key.to_user_string() for key in warehouse.keys],
        "materialized": {
            one.asset_key.to_user_string(): {name: value.value for name, value in one.metadata.items()}
            for one in materialized
        },
        "check_names": len(list(warehouse.check_keys)),
        "checks": Counter("passed" if check.passed else check.severity.value for check in checks),
        "failed_checks": [check.check_name for check in checks if not check.passed],
        "attempts": sum(event.is_step_restarted or event.is_step_start for event in result.all_events),
        "failures": [
            event.step_failure_data.user_failure_data.description
            for event in result.all_events
            if event.is_step_failure and event.step_failure_data.user_failure_data
        ],
    }))  # fmt: skip

"""What becomes of entries, runs and steps of journeys: the names, and the codes that arrays hold."""

from __future__ import annotations

import numpy as np

ENTRIES = [
    "entered",
    "healed",
    "end_only",
    "dropped_then_entered",
    "dropped_before_entry",
    "failed",
    "unresolved",
    "pending",
]
ENTRY_WEIGHTS = [0.885, 0.02, 0.008, 0.005, 0.04, 0.012, 0.02, 0.01]
ENTRY_OUTCOMES = ["entered", "dropped_before_entry", "failed", "unresolved", "pending"]
OUTCOME_OF_ENTRY = np.array([0, 0, 0, 0, 1, 2, 3, 4])
ENTERED, HEALED, END_ONLY, DROPPED_THEN_ENTERED, DROPPED, FAILED_ENTRY, UNRESOLVED, PENDING = range(8)

RUN_OUTCOMES = ["completed", "cancelled_by_failure", "exited_by_rule", "suppressed", "stopped", "exited", "in_progress"]
RUN_WEIGHTS = [0.60, 0.02, 0.08, 0.03, 0.02, 0.04, 0.21]
COMPLETED, CANCELLED, EXITED_BY_RULE, SUPPRESSED, STOPPED, EXITED, IN_PROGRESS = range(7)

STEP_OUTCOMES = ["processed", "failed", "dropped_off", "postponed", "in_progress"]
PROCESSED, FAILED, DROPPED_OFF, POSTPONED, RUNNING = range(5)

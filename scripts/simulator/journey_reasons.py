"""Why people don't enter a journey, wait in it or leave it: the reasons of each event, and how they are drawn."""

from __future__ import annotations

import numpy as np

from . import draw
from .plan import Coded, pick

# step reasons: reason, detail
DROP_OFF_REASONS = [
    ("ConsentNotGiven", "The contact point has not opted in to the purpose"),
    ("FrequencyCapReached", "Two commercial messages in seven days"),
    ("ExitCriteriaMet", "Exit segment joined while waiting"),
    ("MissingRecipient", "No address on the profile"),
    ("ContactOptedOut", "Opted out of the topic"),
    ("ProfileInactive", None),
    ("BranchNotMatched", "No branch accepted the profile"),
]
# what each of these comes down to, by the shipped reference data
DROP_OFF_CATEGORIES = [
    "consent",
    "frequency_policy",
    "exit_rule",
    "data",
    "consent",
    "data",
    "unmapped",
]
FAILURE_REASONS = [
    ("InternalError", "Retry limit reached"),
    ("ThrottlingLimit", "429"),
    ("FlowRunFailed", None),
    ("DependencyTimeout", "30 s"),
]
POSTPONE_REASONS = [
    ("QuietHours", "22:00-07:00 local time"),
    ("SendingWindow", "Weekdays only"),
    ("ThroughputLimit", None),
]
PRE_ENTRY_REASONS = [
    ("AlreadyInJourney", "Repeat not allowed"),
    ("ExclusionSegment", "Member of an exclusion segment"),
    ("ProfileInactive", "State code 1"),
    ("BusinessUnitMismatch", None),
    ("ConsentNotGiven", "Compliance profile without consent"),
]
UNRESOLVED_REASONS = [("ProfileNotFound", "No profile for the trigger"), ("TriggerWithoutIdentity", None)]
END_REASONS = {
    "completed": [("EndReached", "Last step done"), ("LastStepProcessed", None)],
    "cancelled_by_failure": [("ActionFailed", "A step failed"), ("FlowCancelled", None)],
    "exited_by_rule": [("ExitEventReceived", "Purchase trigger"), ("ExitCriteriaMet", None)],
    "suppressed": [("SuppressionSegment", "Joined an exclusion segment"), ("ExclusionListed", None)],
    "stopped": [("JourneyStopped", "Stopped by a user"), ("JourneyRetired", None)],
    "exited": [("ExitedByBranch", "Exit tile"), ("LeftJourney", None)],
}


def reasons(rng: np.random.Generator, options: list[tuple], count: int, floor: int = 0) -> dict[str, Coded]:
    """Draw `count` pairs of Reason and ReasonDetail from `options`."""
    drawn = draw.quota(rng, np.ones(len(options)), count, floor)
    return {"Reason": pick(options, 0, drawn), "ReasonDetail": pick(options, 1, drawn)}

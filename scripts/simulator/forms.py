"""Forms: visits, submissions, and the double opt-in that follows some of them."""

from __future__ import annotations

import numpy as np

from . import draw
from .plan import Coded, Plan

FORM_NAMES = ["Newsletter", "Contact us", "Event sign-up", "Preference center", "White paper", "Demo request"]
EXPIRY = 28 * 86400  # a double opt-in waits for 28 days
CLICKS = ("real_time_clicks", "outbound_clicks")


def simulate(plan: Plan) -> None:
    """Plan form visits after clicks, submissions after visits, and confirmations or expiries after submissions."""
    rng = plan.rng
    place, at = plan.take(CLICKS, 0.3, 6 * plan.floor)
    form = draw.choice(rng, np.ones(len(FORM_NAMES)), len(place))
    plan.emit("FormVisited", place, at + 15, **_form(plan, form, named=False))

    rows = np.flatnonzero(draw.some(rng, len(place), 0.45, 4 * plan.floor))
    ids = draw.guids(rng, len(rows))
    place, at, form = place[rows], at[rows] + 150, form[rows]
    plan.emit("FormSubmitted", place, at, FormSubmissionId=ids, **_form(plan, form))

    asked = draw.some(rng, len(rows), 0.4, 2 * plan.floor)
    answer = draw.quota(rng, [0.65, 0.3, 0.05], int(asked.sum()), plan.floor)  # confirmed, expired, still waiting
    place, at, form, ids = place[asked], at[asked], form[asked], ids.take(np.flatnonzero(asked))
    plan.emit("ConfirmableFormSubmitted", place, at + 1, FormSubmissionId=ids, **_form(plan, form))
    for code, entity, wait in (
        (0, "FormSubmissionConfirmed", draw.late(rng, len(at), 3600, EXPIRY - 60)),
        (1, "FormSubmissionExpired", np.full(len(at), EXPIRY)),
    ):
        rows = np.flatnonzero(answer == code)
        plan.emit(
            entity, place[rows], at[rows] + wait[rows], FormSubmissionId=ids.take(rows), **_form(plan, form[rows])
        )

    place, at = plan.take("members", 0.02, 2 * plan.floor)
    plan.emit("LinkedInFormSubmission", place, at + draw.late(rng, len(at), 90000, 20 * 86400))


def _form(plan: Plan, form: np.ndarray, *, named: bool = True) -> dict[str, Coded]:
    """Return the columns that say which form it is."""
    columns = {"FormId": Coded(plan.tenant.guid_lists["FormId"].to_pylist(), form)}
    return columns | {"FormName": Coded(FORM_NAMES, form)} if named else columns

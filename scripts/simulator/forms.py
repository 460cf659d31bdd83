"""Forms: visits, submissions, and the double opt-in that follows some of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw, web
from .plan import NEVER, Coded, Plan

FORM_NAMES = ["Newsletter", "Contact us", "Event sign-up", "Preference center", "White paper", "Demo request"]
EXPIRY = 28 * 86400  # a double opt-in waits for 28 days
CLICKS = ("real_time_clicks", "outbound_clicks")
MATCHES = ["Matched", "Created", "NotMatched"]
CONFIRMED, EXPIRED, BOTH, WAITING = range(4)


def simulate(plan: Plan) -> None:
    """Plan form visits after clicks, submissions after visits, and confirmations or expiries after submissions."""
    rng = plan.rng
    place, at = plan.take(CLICKS, 0.3, 6 * plan.floor)
    form = draw.choice(rng, np.ones(len(FORM_NAMES)), len(place))
    shown = rng.integers(0, len(web.FORM_PAGES), len(place))
    browser = web.sessions_of(plan, place)
    where = _form(plan, form, shown)
    web.browse(
        plan,
        "FormVisited",
        "form_visit",
        place,
        at + 15,
        page="PageUrl",
        shown=shown,
        FormId=where["FormId"],
        **browser,
    )

    rows = np.flatnonzero(draw.some(rng, len(place), 0.45, 4 * plan.floor))
    browser = {name: ids.take(rows) for name, ids in browser.items()}
    _submissions(plan, place[rows], at[rows] + 150, form[rows], shown[rows], browser)

    # of some submissions the export holds the confirmation only
    place, at = plan.take(CLICKS, 0.006, plan.floor)
    form, shown = draw.choice(rng, np.ones(len(FORM_NAMES)), len(place)), np.zeros(len(place), np.int64)
    ids = draw.guids(rng, len(place))
    plan.emit("FormSubmissionConfirmed", place, at + 600, FormSubmissionId=ids, **_form(plan, form, shown))
    _record(plan, place, "confirmable", ids, _form(plan, form, shown), organic=True, confirmed_at=at + 600)

    place, at = plan.take("members", 0.02, 2 * plan.floor)
    at = at + draw.late(rng, len(at), 90000, 20 * 86400)
    forms = plan.tenant.guid_lists["LinkedInFormId"].to_pylist()
    form = Coded(forms, draw.choice(rng, np.ones(len(forms)), len(place)))
    plan.emit("LinkedInFormSubmission", place, at, LinkedInFormId=form)
    _record(plan, place, "linkedin", None, {"FormId": form}, submitted_at=at)


def _submissions(
    plan: Plan, place: np.ndarray, at: np.ndarray, form: np.ndarray, shown: np.ndarray, browser: dict[str, pa.Array]
) -> None:
    """Plan the submissions of forms; four in ten ask for a confirmation, and some of those lack their first event."""
    rng, count = plan.rng, len(place)
    asked = draw.some(rng, count, 0.4, 2 * plan.floor)
    lost = draw.some_of(rng, asked, 0.08, min(1, plan.floor))  # only the request for a confirmation is there
    ids = draw.guids(rng, count)
    nameless = draw.some_of(rng, ~asked, 0.05, min(1, plan.floor))  # without an id each submission stands alone
    ids = pc.if_else(pa.array(nameless), pa.scalar(None, pa.string()), ids)
    results = {
        "ContactMatchingResult": Coded(MATCHES, rng.integers(-1, len(MATCHES), count)),
        "LeadMatchingResult": Coded(MATCHES, rng.integers(-1, len(MATCHES), count)),
        "FormSubmissionResult": Coded(["Created", "Updated"], rng.integers(0, 2, count)),
    }
    kept = np.flatnonzero(~lost)
    plan.emit(
        "FormSubmitted",
        place[kept],
        at[kept],
        FormSubmissionId=ids.take(kept),
        **{name: column.take(kept) for name, column in browser.items()},
        **{name: Coded(column.values, column.codes[kept]) for name, column in results.items()},
        **_form(plan, form[kept], shown[kept]),
    )

    answer = np.full(count, -1)
    answer[asked] = draw.quota(rng, [0.6, 0.27, 0.05, 0.08], int(asked.sum()), plan.floor)
    requested_at = np.where(asked, at + 1, NEVER)
    wait = draw.late(rng, count, 3600, EXPIRY - 60)
    confirmed_at = np.select([answer == CONFIRMED, answer == BOTH], [at + 1 + wait, at + EXPIRY + 7200], NEVER)
    expired_at = np.where((answer == EXPIRED) | (answer == BOTH), at + 1 + EXPIRY, NEVER)
    for entity, moment in (
        ("ConfirmableFormSubmitted", requested_at),
        ("FormSubmissionConfirmed", confirmed_at),
        ("FormSubmissionExpired", expired_at),
    ):
        rows = np.flatnonzero(moment != NEVER)
        plan.emit(
            entity, place[rows], moment[rows], FormSubmissionId=ids.take(rows), **_form(plan, form[rows], shown[rows])
        )

    for organic, chosen in ((True, lost), (False, ~lost)):
        rows = np.flatnonzero(chosen)
        _record(
            plan,
            place[rows],
            np.where(asked[rows], 1, 0),
            ids.take(rows),
            _form(plan, form[rows], shown[rows]),
            organic=organic,
            submitted_at=np.where(organic, requested_at[rows], at[rows]),
            confirmation_requested_at=requested_at[rows],
            confirmed_at=confirmed_at[rows],
            expired_at=expired_at[rows],
            **{name: Coded(column.values, column.codes[rows]) for name, column in results.items() if not organic},
        )


def _record(
    plan: Plan, place: np.ndarray, kind, ids: pa.Array | None, form: dict[str, Coded], *, organic=False, **known
) -> None:
    """Write down submissions: `kind` is a submission type or the code of one per row.

    An `organic` submission is one whose events have no columns for journey and message.
    """
    count = len(place)
    never, none = np.full(count, NEVER), Coded([""], np.full(count, -1))
    keys = plan.keys(place)
    keys["home"] = keys["journey"]
    if organic:
        keys |= {name: np.full(count, -1) for name in ("journey", "run", "iteration", "step", "message")}
    if ids is None:  # these name neither the submission nor the message
        keys |= {"message": np.full(count, -1)}
    kinds = ["form", "confirmable", "linkedin"]
    times = {
        name: known.get(name, never)
        for name in ("submitted_at", "confirmation_requested_at", "confirmed_at", "expired_at")
    }
    outcome = np.select(
        [times["confirmed_at"] != NEVER, times["expired_at"] != NEVER, times["confirmation_requested_at"] != NEVER],
        [0, 1, 2],
        -1,
    )
    plan.record(
        "forms",
        **keys,
        **times,
        submission_type=Coded(kinds, np.full(count, kinds.index(kind)) if isinstance(kind, str) else kind),
        form_submission_id=pa.nulls(count, pa.string()) if ids is None else ids,
        form_id=form["FormId"],
        form_name=form.get("FormName", none),
        page_url=form.get("PageUrl", none),
        confirmation_outcome=Coded(["confirmed", "expired", "open"], outcome),
        contact_matching_result=known.get("ContactMatchingResult", none),
        lead_matching_result=known.get("LeadMatchingResult", none),
        form_submission_result=known.get("FormSubmissionResult", none),
    )


def _form(plan: Plan, form: np.ndarray, shown: np.ndarray) -> dict[str, Coded]:
    """Return the columns that say which form it is and on which page it stood."""
    return {
        "FormId": Coded(plan.tenant.guid_lists["FormId"].to_pylist(), form),
        "FormName": Coded(FORM_NAMES, form),
        "PageUrl": Coded([entry[0] for entry in web.FORM_PAGES], shown),
    }

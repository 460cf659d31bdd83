"""The truth about consent: what each planned event changes, and the history that these changes make.

Nothing is planned here: the events of other modules are read from the plan, before they become rows.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pyarrow as pa

from .audience import NO, YES
from .inbound import TEXTS as INBOUND
from .plan import NEVER, Coded, Moment, Plan
from .tenant import SMS

# what an event does, and the status after it; None: the event does not tell
OPTED_IN, OPTED_OUT, PENDING = "opted_in", "opted_out", "pending"
CHANGES = {
    "EmailAddressOptedOut": ("opted_out", OPTED_OUT),
    "EmailFeedbackLoop": ("complained", OPTED_OUT),
    "EmailSubscriptionSubmit": ("subscription_submitted", None),
    "SegmentSubscribed": ("opted_in", OPTED_IN),
    "SegmentUnsubscribed": ("opted_out", OPTED_OUT),
    "ConfirmationRequest": ("requested", PENDING),
    "ConfirmationResponse": ("answered", None),
    "ConfirmableFormSubmitted": ("requested", PENDING),
    "FormSubmissionConfirmed": ("confirmed", OPTED_IN),
    "FormSubmissionExpired": ("expired", None),
    "SmsReceived": (None, None),  # its words tell
}
KEYWORDS = {  # texts that are a keyword and nothing else
    text: {"opt_out": ("opted_out", OPTED_OUT), "opt_in": ("opted_in", OPTED_IN)}[kind]
    for text, _, kind, is_alone in INBOUND[SMS]
    if is_alone and kind in ("opt_in", "opt_out")
}
FORMS = {"ConfirmableFormSubmitted", "FormSubmissionConfirmed", "FormSubmissionExpired"}
LISTS = {"SegmentSubscribed", "SegmentUnsubscribed"}
HAVE_ADDRESS = set(CHANGES) - FORMS - {"EmailSubscriptionSubmit", "SmsReceived"}
LAPSED = ("expired", "declined")
RANK = {PENDING: 0, None: 1, OPTED_IN: 2, OPTED_OUT: 3}  # of one second's changes the weightiest counts
TEXTS = {
    "purpose_id": "RequestObjectId",
    "purpose_name": "RequestObjectName",
    "segment_id": "SegmentId",
    "form_id": "FormId",
    "form_submission_id": "FormSubmissionId",
    "confirmation_request_id": "ConfirmationRequestId",
}


def changes_of(plan: Plan, purposes: dict[str, tuple[str, str | None]]) -> list[dict]:
    """Return all consent changes of the plan. `purposes` says what e-mails are sent for, as far as records tell."""
    changes = [change for moment in plan.moments if moment.entity in CHANGES for change in _changes(plan, moment)]
    _complete_answers(changes)
    messages, message = plan.tenant.messages.to_pylist(), plan.places("message")
    for change in changes:
        change["topic_id"] = None
        place = message[change["place"]]
        if change["interaction_type"] == "EmailAddressOptedOut" and place >= 0:
            change["purpose_id"], change["topic_id"] = purposes.get(messages[place], (None, None))
    return changes


def record(plan: Plan, changes: list[dict]) -> None:
    """Record the truth about all consent changes of the plan, and about the status of each address over time."""
    _record_changes(plan, changes)
    _record_history(plan, changes)


def _changes(plan: Plan, moment: Moment) -> list[dict]:
    """Return the changes that the rows of a moment stand for."""
    change, status = CHANGES[moment.entity]
    columns = {name: _values(moment, attribute) for name, attribute in TEXTS.items()}
    columns["answer"] = _values(moment, "ConfirmationValue")
    columns["wish"] = _values(moment, "RequestObjectValue")
    columns["contact_point"] = [None] * len(moment)
    columns["words"] = _values(moment, "Text")
    if moment.entity == "SmsReceived":
        columns["contact_point"] = plan.people.phone.take(pa.array(plan.places("person")[moment.place])).to_pylist()
    elif "EmailAddressUsed" in moment.values:
        columns["contact_point"] = _values(moment, "EmailAddressUsed")
    elif moment.entity in HAVE_ADDRESS:
        columns["contact_point"] = plan.people.email.take(pa.array(plan.places("person")[moment.place])).to_pylist()
    common = {"interaction_type": moment.entity, "change_type": change, "consent_status": status}
    places, times = moment.place.tolist(), moment.at.tolist()
    found = [
        common | {"place": place, "at": at} | dict(zip(columns, values, strict=True))
        for place, at, *values in zip(places, times, *columns.values(), strict=True)
    ]
    if moment.entity == "SmsReceived":
        found = [row for row in found if row["words"] in KEYWORDS]
        for row in found:
            row["change_type"], row["consent_status"] = KEYWORDS[row["words"]]
    return found


def _values(moment: Moment, attribute: str) -> list:
    """Return what the moment decided about an attribute, as text; nulls where it decided nothing."""
    decided = moment.values.get(attribute)
    if decided is None:
        return [None] * len(moment)
    if isinstance(decided, Coded):
        return [decided.values[code] if code >= 0 else None for code in decided.codes.tolist()]
    return decided.to_pylist()


def _complete_answers(changes: list[dict]) -> None:
    """Say what each response means: its words decide, and the request lends purpose and address."""
    asked = {
        change["confirmation_request_id"]: change
        for change in changes
        if change["interaction_type"] == "ConfirmationRequest"
    }
    for change in changes:
        if change["contact_point"]:
            change["contact_point"] = change["contact_point"].lower()
    for change in changes:
        if change["change_type"] != "answered":
            continue
        request = asked.get(change["confirmation_request_id"], {})
        for name in ("purpose_id", "purpose_name", "contact_point"):
            change[name] = change[name] or request.get(name)
        if change["answer"] in YES:
            wanted = OPTED_OUT if request.get("wish") == "false" else OPTED_IN
            change.update(change_type="confirmed", consent_status=wanted)
        elif change["answer"] in NO:
            change["change_type"] = "declined"


def _record_changes(plan: Plan, changes: list[dict]) -> None:
    place = np.array([change["place"] for change in changes], dtype=np.int64)
    keys = plan.keys(place)
    on_form = np.array([change["interaction_type"] in FORMS for change in changes], dtype=bool)
    for name in ("journey", "run", "iteration", "step", "message"):  # forms don't say what led to them
        keys[name] = np.where(on_form, -1, keys[name])
    texts = ("interaction_type", "change_type", "consent_status", "contact_point", "topic_id", *TEXTS)
    plan.record(
        "consent_changes",
        **keys,
        **{name: pa.array([change[name] for change in changes], pa.string()) for name in texts},
        occurred_at=np.array([change["at"] for change in changes], dtype=np.int64),
    )


def _record_history(plan: Plan, changes: list[dict]) -> None:
    """Walk through the changes of each person, address and purpose, and record the periods that they open."""
    person, known = plan.places("person"), plan.places("known")

    def subject(change: dict) -> tuple:
        place = change["place"]
        who = int(person[place]) if known[place] and not change["contact_point"] else -1
        organization = int(plan.people.organization[person[place]])
        return tuple(map(str, (organization, who, change["contact_point"], *_scope(change))))

    clear = [change for change in changes if change["consent_status"] or change["change_type"] in LAPSED]
    clear = [change for change in clear if change["contact_point"] or known[change["place"]]]
    clear.sort(key=lambda change: (subject(change), change["at"], RANK[change["consent_status"]]))
    periods = []
    for _, story in groupby(clear, subject):
        periods += _periods(list(story))
    place = np.array([period["place"] for period in periods], dtype=np.int64)
    texts = ("interaction_type", "change_type", "consent_status", "contact_point", "consent_scope", "consent_scope_id")
    plan.record(
        "consent_status",
        **plan.keys(place),
        **{name: pa.array([period[name] for period in periods], pa.string()) for name in texts},
        valid_from=np.array([period["at"] for period in periods], dtype=np.int64),
        valid_to=np.array([period["until"] for period in periods], dtype=np.int64),
        is_current=np.array([period["until"] == NEVER for period in periods], dtype=bool),
    )


def _scope(change: dict) -> tuple[str, str | None]:
    """Return what a change is about: the first thing that it names."""
    if change["interaction_type"] in LISTS:
        return "segment", change["segment_id"]
    if change["interaction_type"] in FORMS:
        return "form", change["form_id"]
    if change["topic_id"]:
        return "topic", change["topic_id"]
    purpose = change["purpose_id"] or (change["purpose_name"] or "").lower()
    return ("purpose", purpose) if purpose else ("all", None)


def _periods(story: list[dict]) -> list[dict]:
    """Return the periods of one subject; its changes come in order."""
    periods, asked, status, decided = [], set(), None, False
    for at, together in groupby(story, lambda change: change["at"]):
        before = status
        for change in together:
            request = change["confirmation_request_id"] or change["form_submission_id"]
            if change["consent_status"] in (OPTED_IN, OPTED_OUT):
                status, decided = change["consent_status"], True
            elif not decided:
                (asked.add if change["consent_status"] == PENDING else asked.discard)(request)
                status = PENDING if asked else None
        if status != before:
            if before:
                periods[-1]["until"] = at
            if status:
                scope, name = _scope(change)
                period = {"consent_status": status, "consent_scope": scope, "consent_scope_id": name, "until": NEVER}
                periods.append(change | period)
    return periods

"""Outbound journeys: members of an iteration, the activities they go through, and blocks of activities."""

from __future__ import annotations

import numpy as np

from . import draw
from .attempts import Attempts
from .block_reasons import ACTIVITY_DROP_OFF_CATEGORIES, ACTIVITY_REASONS
from .journey_codes import DROPPED_OFF, FAILED, PROCESSED, RUNNING, STEP_OUTCOMES
from .people import LEAD, PROFILE
from .plan import NEVER, Coded, Plan, earliest, pick
from .tenant import ACTIVITY_DONE, CUSTOM_ACTIVITY, OUTBOUND

# how an activity is blocked: specific entity (None = the umbrella alone), umbrella beside it, category, consent reason
BLOCKS = [
    (None, True, None, None),
    ("ActivityContactBlockedConsent", False, "consent", "below_consent_level"),
    ("ActivityContactBlockedConsent", True, "consent", "below_consent_level"),
    ("ActivityContactBlockedExternalConsent", False, "consent", "external_provider"),
    ("ActivityContactBlockedSuppression", False, "audience_suppression", None),
    ("ActivityContactBlockedSuppression", True, "audience_suppression", None),
    ("ActivityContactBlockedBusinessUnit", False, "business_unit_scope", None),
    ("ActivityContactExpired", False, "expiry", None),
]
BLOCK_WEIGHTS = [0.25, 0.2, 0.15, 0.08, 0.12, 0.06, 0.06, 0.08]
UMBRELLA = "ActivityContactBlocked"


def simulate(plan: Plan, count: int) -> Attempts:
    """Plan up to `count` members of outbound iterations and their activities; return the emails these try to send."""
    rng, tenant, people = plan.rng, plan.tenant, plan.people
    eligible = np.concatenate([np.flatnonzero(people.kind != PROFILE), np.flatnonzero(people.kind == LEAD)])
    person = eligible[rng.integers(0, len(eligible), count)]
    iteration = np.empty(count, dtype=np.int64)
    organization = people.organization[person]
    of_iteration = tenant.journey_organization[tenant.iteration_journey]
    for code in (0, 1):
        members = np.flatnonzero(organization == code)
        iteration[members] = rng.choice(np.flatnonzero(of_iteration == code), len(members))
    # one person goes through an iteration once
    together = np.unique(person * len(of_iteration) + iteration)
    person, iteration = np.divmod(together, len(of_iteration))
    count = len(person)

    journey = tenant.iteration_journey[iteration]
    length = tenant.journey_length[journey]
    finished = draw.chance(rng, count, 0.7)
    steps = np.where(finished, length, 1 + (rng.random(count) * length).astype(np.int64))
    started_at = tenant.iteration_start[iteration] + draw.late(rng, count, 7200, 5 * 86400)
    member = plan.add_places(
        person, engine=OUTBOUND, journey=journey, iteration=iteration, step=tenant.journey_steps[journey, 0, 0]
    )
    plan.offer("members", member, started_at)

    owner = np.repeat(np.arange(count), steps)
    first = np.repeat(np.cumsum(steps) - steps, steps)
    position = np.arange(len(owner)) - first
    step = tenant.journey_steps[journey[owner], position, 0]
    message = tenant.step_message[step]
    variants = np.where(message >= 0, tenant.message_variants[message], 1)
    place = plan.add_places(
        person[owner],
        engine=OUTBOUND,
        journey=journey[owner],
        iteration=iteration[owner],
        step=step,
        message=message,
        variant=np.where(variants > 1, (rng.random(len(owner)) * variants).astype(np.int8), -1),
    )
    return _activities(
        plan, place, tenant.step_kind[step], position, first, position == steps[owner] - 1, started_at[owner]
    )


def _activities(plan, place, kind, position, first, is_last, started_at) -> Attempts:
    """Decide each activity, plan its rows, record its truth, and return the emails of those that were processed."""
    rng, count = plan.rng, len(place)
    outcome = np.array([PROCESSED, DROPPED_OFF, FAILED, RUNNING], dtype=np.int8)
    state = np.full(count, PROCESSED, dtype=np.int8)
    state[is_last] = outcome[
        draw.quota(rng, [0.76, 0.16, 0.03, 0.05], int(is_last.sum()), 4 * plan.floor, plan.groups(place[is_last]))
    ]
    work = draw.seconds(rng, count, 10, 40000)
    until_next = work + draw.seconds(rng, count, 1, 60)
    before = np.cumsum(until_next) - until_next
    entered_at = started_at + before - before[first]
    done_at = entered_at + work

    shown_at = np.where(draw.chance(rng, count, 0.004) & (state != RUNNING), NEVER, entered_at)
    shown = shown_at != NEVER
    plan.emit("ActivityContactDispatched", place[shown], shown_at[shown])
    retried = draw.chance(rng, count, 0.004) & (state == PROCESSED)  # failed at first, then processed
    failed_at = np.where(state == FAILED, done_at, np.where(retried, entered_at + 5, NEVER))
    processed_at = np.where(state == PROCESSED, done_at, NEVER)
    for code, entity in enumerate(ACTIVITY_DONE):
        rows = (state == PROCESSED) & (kind == code)
        plan.emit(entity, place[rows], done_at[rows])
        if code == CUSTOM_ACTIVITY:
            plan.offer("custom_activities", place[rows], done_at[rows])
    failed = np.flatnonzero(failed_at != NEVER)
    plan.emit("ActivityContactProcessingFailed", place[failed], failed_at[failed])
    dropped_at, kind_of_drop, reason, category = _blocks(
        plan, place, np.flatnonzero(state == DROPPED_OFF), done_at, failed, failed_at
    )

    # a step's place goes by its earliest event; in one second by its entry, if that is known, then by the activity's id
    owner = np.cumsum(position == 0)
    step_ids = np.array(plan.tenant.steps.to_pylist())
    rank = np.argsort(np.argsort(step_ids))[plan.places("step")[place]]
    order = np.lexsort((rank, ~shown, earliest(shown_at, processed_at, failed_at, dropped_at), owner))
    number = np.empty(count, dtype=np.int64)
    number[order] = position + 1
    settled = shown & (state != RUNNING)
    nothing = np.zeros(count, dtype=np.int64)
    plan.record(
        "steps",
        **plan.keys(place),
        entered_at=shown_at,
        processed_at=processed_at,
        dropped_off_at=dropped_at,
        failed_at=failed_at,
        first_postponed_at=nothing + NEVER,
        postponements=nothing,
        resumptions=nothing,
        dwell_seconds=np.where(settled, np.where(state == DROPPED_OFF, dropped_at, done_at) - entered_at, NEVER),
        step_outcome=Coded(STEP_OUTCOMES, state),
        drop_off_type=kind_of_drop,
        drop_off_reason=reason,
        drop_off_reason_detail=Coded([""], nothing - 1),
        drop_off_category=category,
        last_event_at=np.max(
            [shown_at, processed_at, failed_at, np.where(state == DROPPED_OFF, done_at, NEVER)], axis=0
        ),
        step_number=number,
        postponed_seconds=nothing,
        journey_version=Coded([""], nothing - 1),
    )
    mails = (state == PROCESSED) & (plan.places("message")[place] >= 0)
    return Attempts(place[mails], done_at[mails] - 1, np.zeros(int(mails.sum()), dtype=bool))


def _blocks(plan, place, dropped, done_at, failed, failed_at) -> tuple[np.ndarray, Coded, Coded, Coded]:
    """Plan the block rows of the `dropped` activities and record all blocks.

    Returns the time of each drop-off, its type, its reason, and the category of that reason.

    A failed or expired activity is a block as well. Blocks of activities name no channel.
    """
    rng = plan.rng
    way = draw.quota(rng, BLOCK_WEIGHTS, len(dropped), 2 * plan.floor, plan.groups(place[dropped]))
    why = draw.quota(rng, np.ones(len(ACTIVITY_REASONS)), len(dropped), plan.floor)
    dropped_at = np.full(len(place), NEVER, dtype=np.int64)
    reason_code = np.full(len(place), -1, dtype=np.int32)
    names = [option[0] for option in ACTIVITY_REASONS]
    categories = ACTIVITY_DROP_OFF_CATEGORIES + [category for _, _, category, _ in BLOCKS]
    category_code = np.full(len(place), -1, dtype=np.int32)
    kinds = [UMBRELLA, *sorted({option[0] for option in BLOCKS if option[0]})]
    kind_code = np.full(len(place), -1, dtype=np.int32)
    for code, (specific, umbrella, category, consent) in enumerate(BLOCKS):
        chosen = way == code
        rows = dropped[chosen]
        at = done_at[rows]
        # the message is named where the umbrella stands alone; beside a specific row it keys nothing
        keyed = specific in (None, "ActivityContactBlockedExternalConsent")
        if specific:
            plan.emit(specific, place[rows], at)
        dropped_at[rows] = at
        category_code[rows] = len(ACTIVITY_DROP_OFF_CATEGORIES) + code
        kind_code[rows] = kinds.index(UMBRELLA if umbrella else specific)  # an umbrella row comes first
        if umbrella:
            beside = {} if keyed else {"MessageId": Coded([""], np.full(len(rows), -1))}
            umbrella_at = at - 2 if specific else at
            dropped_at[rows] = umbrella_at
            reason_code[rows] = category_code[rows] = why[chosen]
            plan.emit(UMBRELLA, place[rows], umbrella_at, Reason=pick(ACTIVITY_REASONS, 0, why[chosen]), **beside)
        if specific and umbrella:
            plan.record(
                "contradictions",
                **(plan.keys(place[rows]) | ({} if keyed else {"message": np.full(len(rows), -1)})),
                exception_type=Coded(["umbrella_overlap"], np.zeros(len(rows), np.int8)),
                channel=Coded(["none"], np.zeros(len(rows), np.int8)),
                occurred_at=umbrella_at,
            )
        options = [(None, None, consent, category)] if specific else ACTIVITY_REASONS
        picked = np.zeros(len(rows), dtype=np.int16) if specific else why[chosen]
        _record(plan, place[rows], dropped_at[rows], specific or UMBRELLA, options, picked, keyed)
    options = [(None, None, None, "system_other")]
    _record(
        plan,
        place[failed],
        failed_at[failed],
        "ActivityContactProcessingFailed",
        options,
        np.zeros(len(failed), np.int16),
        False,
    )
    return dropped_at, Coded(kinds, kind_code), Coded(names, reason_code), Coded(categories, category_code)


def _record(plan, place, at, entity, options, picked, keyed) -> None:
    """Record blocks; `options` are (reason, details, consent reason, category), `keyed`: the message is named."""
    keys = plan.keys(place)
    if not keyed:
        keys["message"] = np.full(len(place), -1)
    plan.record(
        "blocks",
        **keys,
        channel=Coded(["none"], np.zeros(len(place), np.int32)),
        blocked_at=at,
        interaction_type=Coded([entity], np.zeros(len(place), np.int32)),
        raw_reason=pick(options, 0, picked),
        block_category=pick(options, 3, picked),
        consent_reason=pick(options, 2, picked),
        has_other_cause=np.zeros(len(place), bool),
    )

"""Surveys of the older (Forms Pro) and of the newer (Customer Voice) kind."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw
from .plan import NEVER, Coded, Plan

SURVEY_NAMES = ["Customer satisfaction", "Event feedback", "Product survey", "Onboarding"]
QUESTIONS = ["How satisfied are you?", "Would you recommend us?", "What can we improve?"]
# Answers as text, and the number that some of them are.
ANSWERS = [("5", 5.0), ("4", 4.0), (" 7.5 ", 7.5), ("Very good", None), ("More colours, please", None)]
SCORES = [1.0, 3.5, 7.0, 9.5, 10.0]
SECOND_ROUND = 40 * 86400


def simulate(plan: Plan) -> None:
    """Plan survey invitations opened, questions answered and responses submitted."""
    _forms_pro(plan)
    _customer_voice(plan)


def _forms_pro(plan: Plan) -> None:
    """Plan older surveys. An answer names its person and survey only, so nobody gets one survey twice at a time."""
    rng, floor = plan.rng, plan.floor
    place, at = plan.take("outbound_clicks", 0.12, 6 * floor)
    surveys = plan.tenant.guid_lists["SurveyId"].to_pylist()
    person = plan.places("person")[place]
    turn = draw.turns(person)
    kept = turn < len(surveys)
    place, at, survey = place[kept], at[kept], ((person * 3 + turn) % len(surveys))[kept]
    count, known = len(place), plan.places("known")[place]

    responds = draw.some(rng, count, 0.6, 4 * floor)
    unopened = draw.some_of(rng, responds, 0.05, min(1, floor))
    twice = draw.some_of(rng, ~unopened, 0.1, floor)
    gives_up = draw.some_of(rng, ~responds, 0.3, min(1, floor))  # after the first question
    opens_later = draw.some_of(rng, responds & known, 0.1, floor)
    responds_later = draw.some_of(rng, opens_later, 0.5, min(1, floor))
    only_submitted = draw.some_of(rng, responds, 0.06, min(1, floor))
    only_scored = draw.some_of(rng, responds & ~only_submitted, 0.06, min(1, floor))

    opened_at, reopened_at = np.where(unopened, NEVER, at + 30), np.where(twice, at + 45, NEVER)
    opened_later_at = np.where(opens_later, at + SECOND_ROUND, NEVER)
    for moment in (opened_at, reopened_at, opened_later_at):
        rows = np.flatnonzero(moment != NEVER)
        plan.emit("FormsProSurveyOpened", place[rows], moment[rows], SurveyId=Coded(surveys, survey[rows]))

    ids, later_ids = draw.guids(rng, count), draw.guids(rng, count)
    scores = rng.integers(0, len(SCORES), (2, count))
    rounds = (
        (responds, ids, at, only_submitted, only_scored, scores[0]),
        (responds_later, later_ids, at + SECOND_ROUND, ~responds, ~responds, scores[1]),
    )
    for chosen, response, start, unscored, scored, score in rounds:
        for entity, moment, missing in (
            ("FormsProSurveySubmitted", start + 200, scored),
            ("SurveyResponse", start + 201, unscored),
        ):
            rows = np.flatnonzero(chosen & ~missing)
            values = {"Score": Coded(SCORES, score[rows])} if entity == "SurveyResponse" else {}
            plan.emit(
                entity,
                place[rows],
                moment[rows],
                SurveyId=Coded(surveys, survey[rows]),
                SurveyResponseId=response.take(rows),
                **values,
            )
        for question in range(2):
            answering = chosen | (gives_up & (question == 0)) if response is ids else chosen
            rows = np.flatnonzero(answering)
            sure = pa.array(chosen[rows] & known[rows])
            _answers(
                plan,
                "forms_pro",
                place[rows],
                start[rows] + 60 + 40 * question,
                survey[rows],
                question,
                response=pc.if_else(sure, response.take(rows), pa.scalar(None, pa.string())),
            )

    last_opened_at = np.where(twice, reopened_at, opened_at)
    # of a response without its SurveyResponse nothing but the opening names the journey, if it is known whose it was
    lost = only_submitted & (unopened | ~known)
    _record_responses(
        plan, responds, place, survey, ids,
        opened_at=np.where(known, last_opened_at, NEVER),
        submitted_at=np.where(only_scored, at + 201, at + 200),
        score=np.where(only_submitted, -1, scores[0]),
        answers=np.where(known, 2, 0),
        journeyless=lost,
    )  # fmt: skip
    _record_responses(
        plan, responds_later, place, survey, later_ids,
        opened_at=opened_later_at,
        submitted_at=at + SECOND_ROUND + 200,
        score=scores[1],
        answers=np.full(count, 2),
        journeyless=np.zeros(count, bool),
    )  # fmt: skip
    nothing = pa.nulls(count, pa.string())
    for chosen, moment in (
        (~responds & known, last_opened_at),
        (opens_later & ~responds_later, opened_later_at),
        (~known & ~unopened, opened_at),  # who is unknown can't be told to have responded
        (~known & twice, reopened_at),
    ):
        _record_responses(
            plan, chosen, place, survey, nothing,
            opened_at=moment, submitted_at=np.full(count, NEVER), score=np.full(count, -1),
            answers=np.zeros(count, np.int64), journeyless=np.zeros(count, bool),
        )  # fmt: skip


def _record_responses(
    plan, chosen, place, survey, ids, *, opened_at, submitted_at, score, answers, journeyless
) -> None:
    """Write down the `chosen` responses, and invitations opened without one, of the older kind."""
    rows = np.flatnonzero(chosen)
    count, keys = len(rows), plan.keys(place[rows])
    nothing = np.full(count, -1)
    for name in ("journey", "run", "iteration", "step"):
        keys[name] = np.where(journeyless[rows], nothing, keys[name])
    keys["message"] = np.where(opened_at[rows] != NEVER, keys["message"], nothing)  # only openings name the message
    plan.record(
        "survey_responses",
        **keys,
        survey_source=Coded(["forms_pro"], np.zeros(count)),
        survey_id=Coded(plan.tenant.guid_lists["SurveyId"].to_pylist(), survey[rows]),
        survey_name=Coded([""], nothing),
        survey_response_id=ids.take(rows),
        opened_at=opened_at[rows],
        submitted_at=submitted_at[rows],
        score=Coded(SCORES, score[rows]),
        answers=answers[rows],
        response_outcome=Coded(["submitted", "opened"], (submitted_at[rows] == NEVER).astype(int)),
    )


def _customer_voice(plan: Plan) -> None:
    """Plan newer surveys: their rows name no person, but the invitation or the run."""
    rng, floor = plan.rng, plan.floor
    place, at = plan.take("real_time_clicks", 0.04, 3 * floor)
    count = len(place)
    surveys = plan.tenant.guid_lists["SurveyId"].to_pylist()
    survey = draw.choice(rng, np.ones(len(surveys)), count)
    run = plan.places("run")[place]
    _, inverse, times = np.unique(run, return_inverse=True, return_counts=True)
    alone = (times[inverse] == 1) & (run >= 0)
    without = draw.some_of(rng, alone, 0.2, min(1, floor))
    invites = pc.if_else(pa.array(without), pa.scalar(None, pa.string()), draw.guids(rng, count))
    responds = ~draw.some(rng, count, 0.1, min(1, floor))
    late = draw.chance(rng, count, 0.3)  # the answers are logged just after the response
    ids = draw.guids(rng, count)
    rows = np.flatnonzero(responds)
    plan.emit(
        "CustomerVoiceSuveyResponseSubmitted",
        place[rows],
        at[rows] + 300,
        SurveyInvite=invites.take(rows),
        SurveyResponseId=ids.take(rows),
        SurveyId=Coded(surveys, survey[rows]),
        SurveyName=Coded(SURVEY_NAMES, survey[rows]),
    )
    response = pc.if_else(pa.array(responds), ids, pa.scalar(None, pa.string()))
    for question in range(2):
        answered_at = np.where(late, at + 301 + question, at + 299 - question)
        _answers(plan, "customer_voice", place, answered_at, survey, question, response=response, invites=invites)
    plan.record(
        "survey_responses",
        **plan.keys(place[rows]),
        named=np.full(len(rows), -1),
        survey_source=Coded(["customer_voice"], np.zeros(len(rows))),
        survey_id=Coded(surveys, survey[rows]),
        survey_name=Coded(SURVEY_NAMES, survey[rows]),
        survey_response_id=ids.take(rows),
        opened_at=np.full(len(rows), NEVER),
        submitted_at=at[rows] + 300,
        score=Coded(SCORES, np.full(len(rows), -1)),
        answers=np.full(len(rows), 2),
        response_outcome=Coded(["submitted"], np.zeros(len(rows))),
    )


def _answers(
    plan: Plan,
    source: str,
    place: np.ndarray,
    at: np.ndarray,
    survey: np.ndarray,
    question: int,
    *,
    response: pa.Array,
    invites: pa.Array | None = None,
) -> None:
    """Plan the answers to one question and write them down, with the `response` that each belongs to."""
    count, keys = len(place), plan.keys(place)
    surveys, questions = (plan.tenant.guid_lists[name].to_pylist() for name in ("SurveyId", "SurveyQuestionId"))
    answer = Coded([text for text, _ in ANSWERS], plan.rng.integers(0, len(ANSWERS), count))
    asked = Coded(questions, survey * len(QUESTIONS) + question)
    names, titles = Coded(QUESTIONS, np.full(count, question)), Coded(SURVEY_NAMES, survey)
    if source == "customer_voice":
        keys["named"] = np.full(count, -1)
        plan.emit(
            "CustomerVoiceQuestionResponseSubmitted",
            place,
            at,
            SurveyId=Coded(surveys, survey),
            SurveyInvite=invites,
            SurveyName=titles,
            SurveyQuestionId=asked,
            SurveyQuestionName=names,
            Response=answer,
        )
    else:
        names = titles = Coded([""], np.full(count, -1))
        for name in ("journey", "run", "iteration", "step", "message"):  # no columns for these
            keys[name] = np.full(count, -1)
        plan.emit(
            "FormsProSurveyQuestionAnswered",
            place,
            at,
            SurveyId=Coded(surveys, survey),
            SurveyQuestionId=asked,
            QuestionResponse=answer,
        )
    plan.record(
        "survey_answers",
        **keys,
        survey_source=Coded([source], np.zeros(count)),
        survey_id=Coded(surveys, survey),
        survey_name=titles,
        question_id=asked,
        question_name=names,
        answer=answer,
        numeric_answer=Coded([number for _, number in ANSWERS], answer.codes),
        answered_at=at,
        survey_response_id=response,
    )

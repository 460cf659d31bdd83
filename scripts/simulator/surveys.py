"""Surveys of the older (Forms Pro) and of the newer (Customer Voice) kind."""

from __future__ import annotations

import numpy as np

from . import draw
from .plan import Coded, Plan


def simulate(plan: Plan) -> None:
    """Plan survey invitations opened, questions answered and responses submitted."""
    rng = plan.rng
    place, at = plan.take("outbound_clicks", 0.12, 6 * plan.floor)
    survey = _surveys(plan, len(place))
    plan.emit("FormsProSurveyOpened", place, at + 30, SurveyId=survey)
    rows = np.flatnonzero(draw.some(rng, len(place), 0.6, 4 * plan.floor))
    chosen = Coded(survey.values, survey.codes[rows])
    responses = draw.guids(rng, len(rows))
    for question in range(2):
        plan.emit("FormsProSurveyQuestionAnswered", place[rows], at[rows] + 60 + 40 * question, SurveyId=chosen)
    plan.emit("FormsProSurveySubmitted", place[rows], at[rows] + 200, SurveyId=chosen, SurveyResponseId=responses)
    plan.emit("SurveyResponse", place[rows], at[rows] + 201, SurveyId=chosen, SurveyResponseId=responses)

    place, at = plan.take("real_time_clicks", 0.04, 3 * plan.floor)
    survey, responses = _surveys(plan, len(place)), draw.guids(rng, len(place))
    plan.emit("CustomerVoiceSuveyResponseSubmitted", place, at + 300, SurveyId=survey, SurveyResponseId=responses)
    for question in range(2):
        plan.emit("CustomerVoiceQuestionResponseSubmitted", place, at + 299 - question, SurveyId=survey)


def _surveys(plan: Plan, count: int) -> Coded:
    """Return which survey each of `count` people answers."""
    ids = plan.tenant.guid_lists["SurveyId"].to_pylist()
    return Coded(ids, draw.choice(plan.rng, np.ones(len(ids)), count))

"""The oracle itself: the documented worked examples, and each rule on the smallest rows that show it."""

import csv
import random
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow.parquet
import pytest

import oracle
import random_export
from oracle import compare
from oracle.casting import cast
from oracle.schema import entities

NOON = datetime(2024, 7, 26, 12)
RUN = ("OrganizationId", "CustomerJourneyId", "JourneyRunId", "CustomerJourneyIterationId")
KEY = (*RUN, "JourneyActionId", "ActivityId", "MessageId")


def event(number: int = 0, minute: int = 0, **attributes: object) -> dict[str, object]:
    """Return a raw row with an id of its own. All are about one message in one run; `number` tells persons apart."""
    event.count = getattr(event, "count", 0) + 1
    common = dict.fromkeys(KEY, "k") | {"ProfileId": f"p{number}", "ProfileType": "Contact", "Version": 1}
    own = {"IdempotencyId": f"i{event.count}", "Timestamp": NOON + timedelta(minutes=minute), "SourceSystem": 2}
    return common | own | attributes


def only(rows: list[dict]) -> dict:
    """Return the one row there is."""
    assert len(rows) == 1
    return rows[0]


class TestWorkedExamples:
    def test_opens_and_clicks(self):
        raw = {
            "EmailSent": [event(n) for n in range(11)],
            "EmailDelivered": [event(n, DeliveredCount=1) for n in range(11)],
            "EmailOpened": [event(n, m) for n in range(5) for m in range(2)],
            "EmailClicked": [event(n, m) for n in range(5) for m in range(5)],
            "BotEmailLinkClicked": [event(n) for n in range(7)],
        }
        day = only(oracle.expected(raw)["agg_channel_engagement_daily"])
        assert (day["sent"], day["delivered"], day["unique_opens"], day["unique_clicks"]) == (11, 11, 5, 5)
        assert (day["opens"], day["clicks"], day["bot_clicks"]) == (10, 25, 7)
        assert [round(day[rate] * 100, 1) for rate in ("open_rate", "click_rate", "click_to_open_rate")] == [
            45.5,
            45.5,
            100.0,
        ]

    def test_inflow_sent_and_delivered(self):
        raw = {
            "SmsNotSent": [event(n, BlockedReason="quota") for n in range(5)],
            "SmsSent": [event(n) for n in range(5, 409)],
            "SmsBounced": [event(5)],
            "SmsDelivered": [event(n) for n in range(6, 409)],
        }
        day = only(oracle.expected(raw)["agg_channel_engagement_daily"])
        assert (day["inflow"], day["blocked"], day["sent"], day["delivered"]) == (409, 5, 404, 403)
        assert day["send_rate"] == 404 / 409
        assert day["open_rate"] is None

    def test_five_mails_opened_in_one_run_are_five_unique_opens(self):
        raw = {
            "EmailSent": [event(JourneyActionId=step) for step in "abcde"],
            "EmailDelivered": [event(JourneyActionId=step) for step in "abcde"],
            "EmailOpened": [event(JourneyActionId=step) for step in "aabcde"],
        }
        day = only(oracle.expected(raw)["agg_channel_engagement_daily"])
        assert (day["unique_opens"], day["opens"], day["open_rate"]) == (5, 6, 1.0)

    def test_an_open_of_a_mail_that_bounced_is_in_no_open_rate(self):
        raw = {
            "EmailSent": [event(n) for n in range(3)],
            "EmailDelivered": [event(n, DeliveredCount=1) for n in range(3)] + [event(2, 1, DeliveredCount=-1)],
            "EmailHardBounced": [event(2, 1)],
            "EmailOpened": [event(n) for n in (0, 2)],
            "EmailClicked": [event(2)],
        }
        day = only(oracle.expected(raw)["agg_channel_engagement_daily"])
        assert (day["opens"], day["unique_opens"], day["clicks"], day["unique_clicks"]) == (2, 1, 1, 0)
        assert (day["open_rate"], day["click_rate"], day["engagement_rate"]) == (1 / 2, 0, 1 / 3)

    def test_texts_have_rates_of_their_own(self):
        raw = {
            "SmsSent": [event(n) for n in range(4)],
            "SmsDelivered": [event(n) for n in range(3)],
            "SmsBounced": [event(3)],
            "SmsReceived": [event(0), event(0, 1)],
            "SmsLinkClicked": [event(n) for n in (0, 1)],
        }
        day = only(oracle.expected(raw)["agg_channel_engagement_daily"])
        assert [day[f"{rate}_rate"] for rate in ("delivery", "click", "engagement", "response", "bounce")] == [
            3 / 4,
            2 / 3,
            2 / 4,
            1 / 4,
            1 / 4,
        ]
        others = ("open", "click_to_open", "hard_bounce", "soft_bounce", "spam", "unsubscribe")
        assert [day[f"{rate}_rate"] for rate in others] == [None] * 6


def kept(rows: list[dict], entity: str = "EmailSent") -> list[dict]:
    """Return the interactions that remain of rows of one entity."""
    return oracle.expected({entity: rows})["fct_interactions"]


class TestDuplicates:
    def test_the_idempotency_id_makes_the_event(self):
        assert (
            len(kept([event(IdempotencyId="x"), event(IdempotencyId="{x} ", InternalMarketingInteractionId="i")])) == 1
        )

    def test_within_one_organization(self):
        assert len(kept([event(IdempotencyId="x"), event(IdempotencyId="x", OrganizationId="other")])) == 2

    def test_within_one_entity(self):
        rows = {"EmailSent": [event(IdempotencyId="x")], "EmailOpened": [event(IdempotencyId="x")]}
        assert len(oracle.expected(rows)["fct_interactions"]) == 2

    def test_the_row_id_takes_the_place_of_a_missing_idempotency_id(self):
        rows = [event(IdempotencyId="", InternalMarketingInteractionId=own) for own in ("a", " a", "A")]
        assert len(kept(rows)) == 2
        assert len(kept([*rows, event(IdempotencyId="a", InternalMarketingInteractionId="c")])) == 2

    def test_without_ids_the_content_makes_the_event(self):
        rows = [event(IdempotencyId=None), event(IdempotencyId=None), event(IdempotencyId=None, minute=1)]
        assert len(kept(rows)) == 2

    def test_the_highest_version_wins_and_null_is_lowest(self):
        versions = [
            event(IdempotencyId="x", Version=version, minute=9 - n) for n, version in enumerate(("2", 10, None))
        ]
        assert only(kept(versions))["interaction_version"] == 10

    def test_then_the_latest_time(self):
        rows = [event(IdempotencyId="x", minute=minute) for minute in (1, 3, 2)]
        rows.append(event(IdempotencyId="x", Timestamp=None))
        assert only(kept(rows))["occurred_at"] == NOON + timedelta(minutes=3)

    def test_then_the_smallest_row_id(self):
        rows = [
            event(IdempotencyId="x", InternalMarketingInteractionId=own, MessageId=f"m-{own}")
            for own in ("c", "b", None)
        ]
        assert only(kept(rows))["message_id"] == "m-b"

    def test_a_delivery_and_its_withdrawal_both_stay(self):
        counts = (1, -1, None, "1", "-1")
        rows = [event(IdempotencyId="x", DeliveredCount=count) for count in counts]
        assert len(kept(rows, "EmailDelivered")) == 2

    def test_a_withdrawn_delivery_is_none(self):
        raw = {"EmailDelivered": [event(DeliveredCount=1), event(DeliveredCount=-1, minute=5)]}
        message = only(oracle.expected(raw)["fct_channel_engagement"])
        assert message["was_delivered"] is False
        assert message["delivered_at"] is None


class TestCasting:
    @pytest.mark.parametrize(
        "value",
        [
            datetime(2024, 7, 26, 15, 4, 5),
            datetime(2024, 7, 26, 17, 4, 5, tzinfo=timezone(timedelta(hours=2))),
            "2024-07-26T15:04:05Z",
            "2024-07-26 15:04:05",
            "2024-07-26T15:04:05.0000000Z",
            "2024-07-26T17:04:05+02:00",
            "2024-07-26 10:04:05-0500",
            "2024-07-26 17:04:05.0000000 +02:00",
            "2024-07-26t15:04:05z",
            "20240726T150405Z",
            "2024-07-26T15:04:05,000 Z",
            "7/26/2024 3:04:05 PM",
            "07/26/2024 03:04:05 pm",
            "7/26/2024 3:04:05\u202fPM",
            "7/26/2024 5:04:05 PM +02:00",
        ],
    )
    def test_times(self, value):
        assert cast(value, "time") == datetime(2024, 7, 26, 15, 4, 5)

    def test_midnight_and_noon_in_us_english(self):
        assert cast("1/2/2024 12:00:00 AM", "time") == datetime(2024, 1, 2)
        assert cast("1/2/2024 12:00:00 PM", "time") == datetime(2024, 1, 2, 12)

    def test_fractions_are_cut_to_microseconds(self):
        assert cast("2024-07-26T15:04:05.1234569Z", "time").microsecond == 123456

    @pytest.mark.parametrize("value", ["{Abc} ", "Abc", "\u00a0Abc", "\ufeff{Abc}\t"])
    def test_ids_keep_their_letters(self, value):
        assert cast(value, "id") == "Abc"

    @pytest.mark.parametrize(
        "spell", [str, str.upper, "{{{}}}".format, "({})".format, lambda guid: guid.replace("-", "")]
    )
    def test_a_guid_is_one_however_it_is_written(self, spell):
        guid = uuid.UUID(int=0xABC << 64 | 0xDEF)
        assert cast(spell(str(guid)), "id") == cast(guid.bytes, "id") == str(guid)

    @pytest.mark.parametrize(
        "value",
        ["", "  ", "{}", "\u200b", None, "NULL", "\\N", "nan", "None", "<NA>", str(uuid.UUID(int=0)), b"\0" * 16],
    )
    def test_what_stands_for_no_id_is_null(self, value):
        assert cast(value, "id") is None

    @pytest.mark.parametrize("kind", ["int", "float", "bool", "time"])
    @pytest.mark.parametrize("value", ["NULL", "null", "\\N", "NaN", "None", "<NA>", "NaT"])
    def test_words_for_null_are_null(self, value, kind):
        assert cast(value, kind) is None

    @pytest.mark.parametrize("value", [" Opt Out", "NULL", "None"])
    def test_text_is_kept(self, value):
        assert cast(value, "text") == value

    @pytest.mark.parametrize(("value", "kind"), [("n/a", "int"), ("n/a", "time"), ("maybe", "bool"), ("1.5", "int")])
    def test_what_cannot_be_read(self, value, kind):
        with pytest.raises(ValueError, match=value):
            cast(value, kind)

    def test_numbers_and_booleans(self):
        assert [cast(value, "int") for value in ("1", "-1", 1.0, "2.0", 3)] == [1, -1, 1, 2, 3]
        assert [cast(value, "bool") for value in ("True", "1", "YES", 1, True)] == [True] * 5
        assert [cast(value, "bool") for value in ("false", "0", "no", 0, False)] == [False] * 5

    def test_rejected_values_are_counted_before_duplicates_go(self):
        row = event(Version="n/a", Timestamp="soon")
        assert oracle.expected({"EmailSent": [row, row]})["rejected"] == [
            {"entity": "EmailSent", "column": "interaction_version", "count": 2},
            {"entity": "EmailSent", "column": "occurred_at", "count": 2},
        ]

    def test_attributes_match_in_any_letter_case_and_may_be_missing_or_unknown(self):
        found = only(kept([{"PROFILEID": "P", "profiletype": "ci profile", "unheard_of": 1}], "emailsent"))
        assert (found["profile_type"], found["profile_id"], found["occurred_at"]) == ("profile", "P", None)


class TestPeople:
    @pytest.mark.parametrize(
        ("attributes", "person"),
        [
            ({"ProfileType": " LEAD "}, ("lead", "p0")),
            ({"ProfileType": "Account"}, ("account", "p0")),
            ({"ProfileType": None}, (None, "p0")),
            ({"ProfileId": None, "ProfileType": "Lead", "ContactId": "{C}", "LeadId": "l"}, ("contact", "C")),
            ({"ProfileId": " ", "LeadId": "L"}, ("lead", "L")),
            ({"ProfileId": None}, ("contact", None)),
        ],
    )
    def test_who_it_is(self, attributes, person):
        found = only(kept([event(**attributes)]))
        assert (found["profile_type"], found["profile_id"]) == person

    def test_outbound_run_and_step(self):
        ids = {"CustomerJourneyIterationId": "It", "ActivityId": "Act", "SourceSystem": "1"}
        found = only(kept([event(**ids)], "ActivityContactDispatched"))
        assert (found["journey_run_id"], found["journey_step_id"], found["journey_engine"]) == ("It", "Act", "outbound")


def step(**rows: object) -> dict:
    """Return the one step made of ActionEvent rows: keyword is the suffix, value the minutes."""
    raw = {f"ActionEvent{suffix}": [event(minute=minute) for minute in minutes] for suffix, minutes in rows.items()}
    return only(oracle.expected(raw)["fct_journey_steps"])


def numbers(raw: dict[str, list[dict]]) -> dict[str, int]:
    """Return the number of each step, in the order of the numbers."""
    steps = oracle.expected(raw)["fct_journey_steps"]
    return dict(sorted(((row["journey_step_id"], row["step_number"]) for row in steps), key=lambda pair: pair[1]))


class TestSteps:
    @pytest.mark.parametrize(
        ("events", "outcome", "dwell"),
        [
            ({"Inflow": [0], "Processed": [5], "Dropoff": [1], "SystemFailure": [2]}, "processed", 300),
            ({"Inflow": [0], "Dropoff": [1], "SystemFailure": [2]}, "failed", 120),
            ({"Inflow": [0], "Dropoff": [1], "Postponed": [0]}, "dropped_off", 60),
            ({"Inflow": [0], "Postponed": [1, 2], "Resumed": [3]}, "postponed", None),
            ({"Inflow": [0], "Postponed": [1], "Resumed": [3]}, "in_progress", None),
            ({"Processed": [3]}, "processed", None),
        ],
    )
    def test_outcome_goes_by_flags(self, events, outcome, dwell):
        found = step(**events)
        assert (found["step_outcome"], found["dwell_seconds"]) == (outcome, dwell)

    @pytest.mark.parametrize(
        ("postponed", "resumed", "minutes"),
        [
            ([0, 5], [10, 20], 20),  # one waits from 0 to 10, the other from 5 to 20
            ([10, 1, 20], [4, 9], 3),  # the one that ends at 4; a resumption at 9 finds nothing open
            ([0, 15], [10, 20], 15),
            ([10], [5, 20], 10),  # what ends before anything was postponed ends nothing
            ([0, 10], [10, 20], 20),
            ([0, 20], [0, 30], 10),  # in one second, the postponement comes first
            ([0, 5], [10], 10),  # what is still open adds nothing
            ([], [3], 0),
        ],
    )
    def test_postponements_that_overlap_count_once(self, postponed, resumed, minutes):
        assert step(Postponed=postponed, Resumed=resumed)["postponed_seconds"] == 60 * minutes

    def test_steps_are_numbered_by_their_earliest_event_of_any_kind(self):
        inflow = [event(minute=9, JourneyActionId="a"), event(minute=1, JourneyActionId="c")]
        raw = {"ActionEventInflow": inflow, "ActionEventProcessed": [event(minute=0, JourneyActionId="b")]}
        assert numbers(raw) == {"b": 1, "c": 2, "a": 3}

    @pytest.mark.parametrize(
        ("steps", "order"),
        [
            ({"b": (0, None), "a": (0, "b")}, "ba"),  # in one second, the parent comes first
            ({"c": (0, None), "b": (0, "c"), "a": (0, "b")}, "cba"),
            ({"p": (5, None), "c": (1, "p")}, "pc"),  # however the clocks go
            ({"p": (5, None), "c": (1, "p"), "x": (3, None)}, "xpc"),
            ({"p": (5, None), "c": (1, "p"), "x": (6, None), "g": (9, "c")}, "pcxg"),
            ({"r": (5, None), "a": (4, "r"), "b": (2, "r"), "c": (3, "b")}, "rbca"),
            ({"b": (1, "elsewhere"), "a": (2, None)}, "ba"),  # a parent that the run hasn't counts for nothing
            ({"b": (1, "b"), "a": (2, None)}, "ba"),
            ({"b": (1, "a"), "a": (2, "b"), "c": (0, "a")}, "bac"),  # parents that lead round in a circle
            ({"b": (1, "a"), "a": (2, "b"), "c": (3, None), "d": (1, "c")}, "bacd"),
        ],
    )
    def test_a_step_comes_after_its_parent(self, steps, order):
        raw = [
            event(minute=minute, JourneyActionId=own, ParentActionId=parent) for own, (minute, parent) in steps.items()
        ]
        assert "".join(numbers({"ActionEventInflow": raw})) == order

    def test_the_first_drop_off_gives_the_reason(self):
        dropped = [event(minute=2, Reason="late"), event(minute=1, Reason="early", ReasonDetail="d")]
        found = only(oracle.expected({"ActionEventDropoff": dropped})["fct_journey_steps"])
        assert (found["drop_off_reason"], found["drop_off_reason_detail"]) == ("early", "d")

    def test_daily_quantiles_interpolate(self):
        raw = {
            "ActionEventInflow": [event(n) for n in range(3)],
            "ActionEventProcessed": [event(n, minute) for n, minute in enumerate((1, 2, 4))],
        }
        day = only(oracle.expected(raw)["agg_journey_steps_daily"])
        assert (day["inflow"], day["people"], day["entry_date"]) == (3, 3, date(2024, 7, 26))
        assert day["median_dwell_seconds"] == 120
        assert day["p90_dwell_seconds"] == pytest.approx(216)


class TestRuns:
    @pytest.mark.parametrize(
        ("suffixes", "entry", "run"),
        [
            (["Inflow"], "pending", None),
            (["Inflow", "PreEntryDropoff", "EntrySystemFailure"], "dropped_before_entry", None),
            (["EntrySystemFailure", "ProfileUnresolved"], "failed", None),
            (["ProfileUnresolved"], "unresolved", None),
            (["ProfileUnresolved", "ProfileResolvedWithRetry"], "pending", None),
            (["EntryProcessed", "PreEntryDropoff"], "entered", "in_progress"),
            (["EntryProcessed", "Inprogress", "Undefined"], "entered", "in_progress"),
            (["Exited"], "entered", "exited"),
            (["Exited", "CancelledByJourneyStopped"], "entered", "stopped"),
            (["CancelledByJourneyStopped", "CancelledBySupressionSegment"], "entered", "suppressed"),
            (["CancelledByExitEvent", "CancelledBySupressionSegment"], "entered", "exited_by_rule"),
            (["CancelledByExitEvent", "CancelledByActionFailure"], "entered", "cancelled_by_failure"),
            (["CancelledByActionFailure", "Completed"], "entered", "completed"),
        ],
    )
    def test_outcomes(self, suffixes, entry, run):
        found = only(oracle.expected({f"JourneyEvent{s}": [event()] for s in suffixes})["fct_journey_runs"])
        assert (found["entry_outcome"], found["run_outcome"]) == (entry, run)

    def test_duration_and_steps(self):
        raw = {
            "JourneyEventEntryProcessed": [event()],
            "JourneyEventExited": [event(minute=3)],
            "JourneyEventCompleted": [event(minute=2)],
            "ActionEventInflow": [event(JourneyActionId="a"), event(JourneyActionId="b")],
            "ActionEventProcessed": [event(JourneyActionId="a"), event(JourneyActionId="c")],
        }
        run = only(oracle.expected(raw)["fct_journey_runs"])
        assert (run["duration_seconds"], run["steps_entered"], run["steps_processed"]) == (120, 2, 2)

    @pytest.mark.parametrize(
        ("early", "starts", "rows"),
        [
            # a refused entry, and a run with its inflow
            ("I0 D1 I60", {"a": 60}, [("a", None, 60, "entered"), (None, 1, 0, "dropped_before_entry")]),
            (
                "I0 I60",
                {"a": 61, "b": 90},
                [("a", None, 60, "entered"), ("b", None, None, "entered"), (None, 1, 0, "pending")],
            ),
            ("I0 D1", {"a": 2}, [("a", None, 0, "entered")]),
            ("I5", {"a": 2}, [("a", None, None, "entered"), (None, 1, 5, "pending")]),
            # what comes after the run's start, and belongs to no later one, goes with its inflow
            ("I0 D9", {"a": 2}, [("a", None, 0, "entered")]),
            ("I0 D9", {"a": 2, "b": 10}, [("a", None, 0, "entered"), ("b", None, None, "entered")]),
            # in one second: the run is that of the last inflow, which doesn't come before it
            ("I0 I7", {"a": 7}, [("a", None, 7, "entered"), (None, 1, 0, "pending")]),
            ("I0 F0 I0", {}, [(None, 1, 0, "pending"), (None, 2, 0, "failed")]),
            ("U3 I4", {}, [(None, 0, None, "unresolved"), (None, 1, 4, "pending")]),
        ],
    )
    def test_events_before_the_run(self, early, starts, rows):
        names = {"I": "Inflow", "D": "PreEntryDropoff", "U": "ProfileUnresolved", "F": "EntrySystemFailure"}
        raw: dict[str, list[dict]] = {}
        nobody = {"JourneyRunId": None, "CustomerJourneyIterationId": None}
        for kind, minute in ((word[0], int(word[1:])) for word in early.split()):
            raw.setdefault(f"JourneyEvent{names[kind]}", []).append(event(minute=minute, **nobody))
        raw["JourneyEventEntryProcessed"] = [event(minute=minute, JourneyRunId=run) for run, minute in starts.items()]
        found = [
            (row["journey_run_id"], row["entry_attempt"], row["inflow_at"] and (row["inflow_at"] - NOON).seconds // 60,
             row["entry_outcome"])
            for row in oracle.expected(raw)["fct_journey_runs"]
        ]  # fmt: skip
        assert sorted(found, key=str) == sorted(rows, key=str)

    def test_another_persons_run_is_not_mine(self):
        raw = {
            "JourneyEventInflow": [event(1, JourneyRunId=None, CustomerJourneyIterationId=None)],
            "JourneyEventEntryProcessed": [event(2, minute=1)],
        }
        assert len(oracle.expected(raw)["fct_journey_runs"]) == 2

    def test_versions_are_numbers(self):
        raw = {"JourneyEventCompleted": [event(JourneyVersion=version) for version in ("10", "9", "x", None)]}
        raw["ActionEventInflow"] = [event()]
        marts = oracle.expected(raw)
        assert only(marts["fct_journey_runs"])["journey_version"] == "9"
        assert only(marts["fct_journey_steps"])["journey_version"] == "9"


def block(entity: str = "EmailBlocked", **attributes: object) -> dict:
    """Return what fct_message_blocks makes of one block row."""
    return only(oracle.expected({entity: [event(**attributes)]})["fct_message_blocks"])


class TestBlocks:
    @pytest.mark.parametrize(
        ("reason", "meaning"),
        [
            ("Opt-Out: no consent", "unsubscribed"),
            ("opted_out", "unsubscribed"),
            ("Un Subscription", "unsubscribed"),
            ("DO NOT BULK-EMAIL, consent", "do_not_contact"),
            ("con_sent missing", "consent_not_given"),
            ("Not opted in", "consent_not_given"),
            ("OptInRequired", "consent_not_given"),
            ("DoNotPhone", "do_not_contact"),
            ("ConsentNotGivenError", "consent_not_given"),
            ("FrequencyCap", None),
            (None, None),
        ],
    )
    def test_reasons(self, reason, meaning):
        found = block(BlockedReason=reason)
        assert found["consent_reason"] == meaning
        assert found["block_category"] == ("mixed" if meaning is None else "consent")

    @pytest.mark.parametrize(
        "reason",
        ["ConsentServiceUnavailable", "Consent check failed", "ConsentEvaluationError", "OptOutServiceTimeout"],
    )
    def test_a_failing_consent_service_is_no_consent(self, reason):
        found = block(BlockedReason=reason)
        assert (found["is_consent_block"], found["block_category"]) == (False, "system_other")

    def test_pushes_and_calls_take_a_category_from_their_reason(self, tmp_path):
        table = tmp_path / "reasons.csv"
        table.write_text("reason,block_category,is_consent_block,consent_reason\ncap,frequency_policy,false,\n")
        reasons = ["cap", "duplicate", "no consent", "E17", None]
        for entity, own in (("PushNotificationNotSent", "deliverability_provider"), ("VoiceCallNotAttempted", "data")):
            column = "BlockedReason" if own == "deliverability_provider" else "Reason"
            raw = {entity: [event(number, **{column: reason}) for number, reason in enumerate(reasons)]}
            found = oracle.expected(raw, oracle.read_reasons(table))["fct_message_blocks"]
            assert [row["block_category"] for row in found] == ["frequency_policy", "deduplication", own, own, own]
            assert not any(row["is_consent_block"] for row in found)

    def test_the_first_reason_there_is(self):
        assert block(BlockedReason="", Category="OptOut", Details="consent")["raw_reason"] == "OptOut"

    def test_the_reference_table_decides_first(self, tmp_path):
        table = tmp_path / "reasons.csv"
        lines = ("reason,block_category,is_consent_block,consent_reason", "E17,,true,", "consent ok,data,false,")
        table.write_text("\n".join(lines), encoding="utf-8")
        raw = {"SmsNotSent": [event(0, BlockedReason="E17"), event(1, BlockedReason="consent ok")]}
        found = oracle.expected(raw, oracle.read_reasons(table))["fct_message_blocks"]
        meanings = [(row["block_category"], row["consent_reason"]) for row in found]
        assert meanings == [("consent", "other_consent"), ("data", None)]

    def test_push_is_never_about_consent(self):
        assert block("PushNotificationNotSent", BlockedReason="no consent")["is_consent_block"] is False

    def test_a_specific_block_beats_the_umbrella_and_consent_beats_time(self):
        raw = {
            "EmailBlocked": [event(minute=0, BlockedReason="OptOut")],
            "EmailBlockedFrequencyCapReached": [event(minute=1)],
        }
        found = only(oracle.expected(raw)["fct_message_blocks"])
        assert (found["block_category"], found["blocked_at"]) == ("frequency_policy", NOON)
        raw["EmailBlockedByUser"] = [event(minute=2)]
        marts = oracle.expected(raw)
        assert only(marts["fct_consent_blocks"])["interaction_type"] == "EmailBlockedByUser"
        message = only(marts["fct_channel_engagement"])
        assert (message["was_consent_blocked"], message["block_category"]) == (True, "consent")
        assert only(marts["agg_consent_blocks_daily"])["blocks"] == 1

    def test_outbound_blocks_name_no_channel_and_have_no_message(self):
        marts = oracle.expected({"ActivityContactBlockedConsent": [event()], "ActivityContactExpired": [event(1)]})
        assert {row["channel"] for row in marts["fct_message_blocks"]} == {"none"}
        assert only(marts["fct_consent_blocks"])["consent_reason"] == "below_consent_level"
        assert marts["fct_channel_engagement"] == []

    def test_later_sent_in_any_run(self):
        raw = {"EmailBlockedByUser": [event()], "EmailSent": [event(minute=1, JourneyRunId="next")]}
        assert only(oracle.expected(raw)["fct_consent_blocks"])["was_later_sent"] is True
        raw["EmailCcSent"] = raw.pop("EmailSent")
        assert only(oracle.expected(raw)["fct_consent_blocks"])["was_later_sent"] is False


NOWHERE = dict.fromkeys(("JourneyRunId", "CustomerJourneyIterationId", "JourneyActionId", "ActivityId"))


def nowhere(minute: int, number: int = 0, **attributes: object) -> dict:
    """Return a raw row that states neither run nor step."""
    return event(number, minute, **NOWHERE | attributes)


def attempts(**raw: list[dict]) -> list[tuple]:
    """Return run, number, minute of the send, whether it bounced, opens and all clicks of each message, in order."""
    found = oracle.expected(raw)["fct_channel_engagement"]
    minutes = [row["sent_at"] and (row["sent_at"] - NOON) / timedelta(minutes=1) for row in found]
    told = [
        (*(row[name] for name in ("journey_run_id", "attempt")), minute, row["was_bounced"], row["opens"], _clicks(row))
        for row, minute in zip(found, minutes, strict=True)
    ]
    return sorted(told, key=str)


def _clicks(row: dict) -> int:
    return row["clicks"] + row["bot_clicks"]


class TestAttempts:
    def test_the_worked_example(self):
        hour, day = 60, 24 * 60
        in_the_run = {"JourneyRunId": "r", "JourneyActionId": "s"}
        without_step = NOWHERE | {"JourneyRunId": "r"}
        assert attempts(
            EmailSent=[nowhere(0), event(minute=day, **in_the_run), nowhere(2 * day), nowhere(3 * day)],
            EmailSoftRemoteBounced=[nowhere(2 * hour)],
            EmailOpened=[
                event(minute=2 * day - hour, **without_step),
                nowhere(2 * day + 9 * hour),
                nowhere(3 * day),
                event(minute=4 * day + hour, **in_the_run),
            ],
            BotEmailLinkClicked=[nowhere(-day - hour)],
        ) == [
            ("r", 1, day, False, 2, 0),
            (None, 1, 0, True, 0, 1),
            (None, 2, 2 * day, False, 1, 0),
            (None, 3, 3 * day, False, 1, 0),
        ]

    def test_a_bounce_that_can_state_no_run_belongs_to_the_send_before_it(self):
        sent = [event(minute=minute, JourneyRunId=run) for run, minute in (("a", 0), ("b", 10), ("c", 20))]
        bounced = attempts(EmailSent=sent, EmailHardRemoteBounced=[nowhere(19)])
        assert bounced == [("a", 1, 0, False, 0, 0), ("b", 1, 10, True, 0, 0), ("c", 1, 20, False, 0, 0)]

    @pytest.mark.parametrize(("minute", "found"), [(-5, 0), (0, 0), (9, 0), (10, 10), (11, 10), (99, 10)])
    def test_the_latest_at_or_before_it_else_the_earliest_after(self, minute, found):
        told = attempts(EmailSent=[nowhere(0), nowhere(10)], EmailOpened=[nowhere(minute)])
        assert [sent for _, _, sent, _, opens, _ in told if opens] == [found]

    def test_an_event_without_a_time_belongs_to_the_latest(self):
        told = attempts(EmailSent=[nowhere(0), nowhere(10)], EmailOpened=[nowhere(0, Timestamp=None)])
        assert [sent for _, _, sent, _, opens, _ in told if opens] == [10]

    def test_sends_of_one_second_are_told_apart_by_their_ids(self):
        rows = [nowhere(0, IdempotencyId=own, EmailAddressUsed=f"a@{own}.test") for own in ("y", "x")]
        found = oracle.expected({"EmailSent": rows})["fct_channel_engagement"]
        assert {row["attempt"]: row["recipient_domain"] for row in found} == {1: "x.test", 2: "y.test"}

    @pytest.mark.parametrize(
        "other",
        [
            {"MessageId": "other"},
            {"OrganizationId": "other"},
            {"ProfileId": "other"},
            {"ProfileType": "Lead"},
            {"CustomerJourneyId": "other"},
            {"SendingId": "other"},
            {"JourneyRunId": "other"},
            {"JourneyActionId": "other"},
        ],
    )
    def test_what_both_state_has_to_agree(self, other):
        sent, opened = event(SendingId="s"), nowhere(1, SendingId="s")
        assert len(oracle.expected({"EmailSent": [sent], "EmailOpened": [opened]})["fct_channel_engagement"]) == 1
        found = oracle.expected({"EmailSent": [sent], "EmailOpened": [opened | other]})["fct_channel_engagement"]
        assert sorted((row["was_sent"], row["opens"]) for row in found) == [(False, 1), (True, 0)]

    @pytest.mark.parametrize("unsaid", [{"CustomerJourneyId": None}, {"SendingId": None}, {"JourneyRunId": "k"}])
    def test_what_one_of_them_leaves_out_may_be_anything(self, unsaid):
        opened = nowhere(1, SendingId="s") | unsaid
        assert len(oracle.expected({"EmailSent": [event()], "EmailOpened": [opened]})["fct_channel_engagement"]) == 1

    def test_an_event_of_another_sending_makes_a_row_of_its_own(self):
        sent, opened = nowhere(0, SendingId="s"), nowhere(1, SendingId="other")
        found = oracle.expected({"EmailSent": [sent], "EmailOpened": [opened]})["fct_channel_engagement"]
        assert sorted((row["attempt"], row["was_sent"], row["opens"]) for row in found) == [(1, True, 0), (2, False, 1)]

    def test_a_send_that_states_half_is_one_attempt(self):
        half = {"JourneyActionId": None, "ActivityId": None}
        assert attempts(EmailSent=[event(minute=m, **half) for m in (0, 5)]) == [("k", 1, 0, False, 0, 0)]

    def test_events_without_any_attempt_make_one_row_for_what_they_state(self):
        told = attempts(EmailOpened=[nowhere(0), nowhere(5)], EmailSendingFailed=[nowhere(9, 1), nowhere(10, 1)])
        assert told == [(None, 1, None, False, 0, 0), (None, 1, None, False, 2, 0)]

    def test_an_event_that_states_run_and_step_stays_there(self):
        told = attempts(EmailSent=[nowhere(0)], EmailOpened=[event(minute=1)])
        assert told == [("k", 1, None, False, 1, 0), (None, 1, 0, False, 0, 0)]

    def test_blocks_identify_attempts_too(self):
        blocked = event(minute=0, JourneyRunId="a")
        raw = {"EmailBlockedByUser": [blocked], "EmailSent": [event(minute=9, JourneyRunId="b")]}
        raw["EmailContainsBlacklistedLinks"] = [nowhere(1)]
        found = {row["journey_run_id"]: row for row in oracle.expected(raw)["fct_channel_engagement"]}
        assert {run: (row["was_sent"], row["was_blocked"]) for run, row in found.items()} == {
            "a": (False, True),
            "b": (True, False),
        }

    def test_tests_of_custom_channels_name_nobody(self):
        nobody = {"ProfileId": None, "CustomerJourneyId": None}
        raw = {
            "CustomSent": [nowhere(0, **nobody), nowhere(10, **nobody), nowhere(20, CustomerJourneyId=None)],
            "CustomDelivered": [nowhere(1, **nobody), nowhere(11, **nobody)],
            "EmailSent": [nowhere(0, **nobody)],
        }
        found = oracle.expected(raw)["fct_channel_engagement"]
        told = [(row["channel"], row["attempt"], row["was_delivered"], row["is_test_send"]) for row in found]
        assert sorted(told) == [
            ("custom", 1, False, False),
            ("custom", 1, True, True),
            ("custom", 2, True, True),
            ("email", 1, False, False),
        ]


class TestMessages:
    @pytest.mark.parametrize(
        ("attributes", "unsubscribed"),
        [
            ({"SourceSystem": 1}, [True]),
            ({"SourceSystem": 2}, [False]),
            ({"SourceSystem": 1, "MessageId": None}, [False]),
        ],
    )
    def test_outbound_unsubscribes(self, attributes, unsubscribed):
        left = [event(minute=minute, **attributes) for minute in (5, 6)]
        raw = {"EmailSent": [event(SourceSystem=1)], "SegmentUnsubscribed": left}
        found = oracle.expected(raw)["fct_channel_engagement"]
        assert [row["was_unsubscribed"] for row in found] == unsubscribed

    def test_a_block_bounce_is_no_block(self):
        marts = oracle.expected({"EmailSent": [event()], "EmailBlockBounced": [nowhere(1)]})
        message = only(marts["fct_channel_engagement"])
        assert (message["was_blocked"], message["bounced_at"]) == (False, NOON + timedelta(minutes=1))
        assert marts["fct_message_blocks"] == []

    @pytest.mark.parametrize(
        ("entities", "domain"),
        [
            (["EmailOpened", "EmailDelivered", "EmailSent"], "emailsent.test"),
            (["EmailOpened", "EmailDelivered", "EmailCcSent"], "emaildelivered.test"),
            (["EmailOpened", "EmailClicked", "EmailCcSent"], "emailclicked.test"),
            (["EmailCcSent"], None),
        ],
    )
    def test_whose_domain_counts(self, entities, domain):
        raw = {name: [event(EmailAddressUsed=f"a@{name}.test")] for name in entities}
        assert only(oracle.expected(raw)["fct_channel_engagement"])["recipient_domain"] == domain

    @pytest.mark.parametrize(
        ("rows", "worst"),
        [
            ({"EmailBlockBounced": [{}], "EmailSoftBounced": [{}], "EmailHardRemoteBounced": [{}]}, "hard"),
            ({"EmailBlockBounced": [{}], "EmailBounced": [{"BounceType": "softbounce"}]}, "soft"),
            ({"EmailBounced": [{"BounceType": "HardBounce", "BounceCategory": "other"}]}, "hard"),
            ({"EmailBounced": [{"BounceCategory": "invalid-domain"}]}, "hard"),
            ({"EmailBounced": [{"BounceCategory": "full-mailbox"}]}, "soft"),
            ({"EmailBounced": [{"BounceCategory": "unheard-of"}]}, None),
            ({"SmsBounced": [{}]}, None),
        ],
    )
    def test_bounce_type(self, rows, worst):
        raw = {entity: [event(**attributes) for attributes in each] for entity, each in rows.items()}
        message = only(oracle.expected(raw)["fct_channel_engagement"])
        assert (message["was_bounced"], message["bounce_type"]) == (True, worst)

    @pytest.mark.parametrize(
        ("raw", "delivered"),
        [
            ({"PushNotificationSent": [{}]}, True),
            ({"VoiceCallSent": [{}], "VoiceCallAttempted": [{"Answered": "no"}]}, False),
            ({"VoiceCallSent": [{}], "VoiceCallAttempted": [{"Answered": "no"}, {"Answered": "1"}]}, True),
            ({"CustomSent": [{}]}, False),
            ({"CustomDelivered": [{}]}, True),
            ({"EmailDelivered": [{"DeliveredCount": None}]}, True),
        ],
    )
    def test_delivered(self, raw, delivered):
        rows = {entity: [event(**attributes) for attributes in each] for entity, each in raw.items()}
        assert only(oracle.expected(rows)["fct_channel_engagement"])["was_delivered"] is delivered

    def test_an_open_without_its_send_is_kept(self):
        message = only(oracle.expected({"EmailOpened": [event()]})["fct_channel_engagement"])
        assert (message["was_opened"], message["was_sent"], message["attempted_at"]) == (True, False, None)

    def test_domain_and_test_send(self):
        raw = {
            "EmailSent": [event(EmailAddressUsed="odd@name@Example.COM", UsageType="TestSend", EmailDomain="us.test")]
        }
        message = only(oracle.expected(raw)["fct_channel_engagement"])
        assert (message["recipient_domain"], message["is_test_send"]) == ("example.com", True)

    def test_the_schema_has_a_channel_for_every_message(self):
        about = Counter(e.family for e in entities().values() if oracle.meaning.concerns_a_message(e.name))
        assert about == {"email": 45, "sms": 7, "push": 5, "custom": 7, "voice": 4}
        assert len(oracle.meaning.BLOCKS) == 41
        assert len(entities()) == 145


class TestDifferences:
    def test_equal_multisets_in_any_order(self):
        rows = [{"k": 1, "v": 0.1 + 0.2}, {"k": 1, "v": None}, {"k": None, "v": NOON}]
        other = [{"k": None, "v": NOON.replace(tzinfo=UTC)}, {"v": None, "k": 1}, {"k": 1, "v": 0.3, "extra": 1}]
        assert oracle.diff(rows, [row | {"extra": 1} for row in other], ["k"]) == []

    def test_each_kind_of_difference(self):
        ours = [{"k": "a", "v": 1}, {"k": "b", "v": 1}, {"k": "c", "v": 1}, {"k": "c", "v": 1}]
        theirs = [{"k": "a", "v": 2}, {"k": "c", "v": 1}, {"k": "d", "v": 1}]
        assert oracle.diff(ours, theirs, ["k"]) == [
            "k=a: v expected 1, got 2",
            "missing: k=b",
            "k=c: expected 2 rows, got 1",
            "unexpected: k=d",
        ]
        assert oracle.diff([{"k": 1, "w": 1}], [{"k": 1}], ["k"]) == ["column w is missing"]
        assert oracle.diff([], [{"k": 1}], ["k"]) == ["unexpected: k=1"]

    def test_addresses_are_not_shown(self):
        assert "example" not in str(oracle.diff([{"k": "a@example.com"}], [{"k": "b@example.com"}], ["k"]))

    def test_long_reports_are_cut(self):
        assert len(oracle.diff([{"k": n} for n in range(99)], [], ["k"])) == compare.LONGEST_REPORT + 1


def read_back(folder: Path) -> dict[str, list[dict]]:
    """Read an export the simple way: file by file."""
    rows: dict[str, list[dict]] = {}
    for path in (path for path in folder.rglob("*") if path.is_file()):
        entity = path.relative_to(folder).parts[0].split(".")[0]
        with path.open(encoding="utf-8", newline="") as file:
            of_file = (
                list(csv.DictReader(file)) if path.suffix == ".csv" else pyarrow.parquet.read_table(path).to_pylist()
            )
        rows.setdefault(entity, []).extend(of_file)
    return rows


def agree(ours: dict[str, list[dict]], theirs: dict[str, list[dict]]) -> bool:
    """Tell whether two sets of marts hold the same rows."""
    return not any(oracle.diff(rows, theirs[mart], list(rows[0]) if rows else []) for mart, rows in ours.items())


class TestRandomExports:
    @pytest.mark.parametrize("layout", random_export.LAYOUTS)
    @pytest.mark.parametrize("fmt", random_export.FORMATS)
    def test_what_is_written_can_be_read_back(self, fmt, layout, tmp_path):
        written = random_export.write_export(random_export.make_export(3), tmp_path, fmt, layout, 3)
        assert agree(oracle.expected(written), oracle.expected(read_back(tmp_path)))

    def test_the_same_seed_gives_the_same_export(self):
        assert random_export.make_export(5) == random_export.make_export(5)

    @pytest.mark.parametrize("seed", range(5))
    def test_the_order_of_rows_does_not_matter(self, seed):
        rows = random_export.make_export(seed)
        marts = oracle.expected(rows)
        shuffled = dict(random.Random(seed).sample(sorted(rows.items()), len(rows)))
        for each in shuffled.values():
            random.Random(seed).shuffle(each)
        assert agree(marts, oracle.expected(shuffled))

    @pytest.mark.parametrize("seed", range(5))
    def test_repeating_every_row_changes_nothing(self, seed):
        rows = random_export.make_export(seed)
        once, twice = oracle.expected(rows), oracle.expected({name: [*each, *each] for name, each in rows.items()})
        del once["rejected"]
        assert agree(once, twice)

    @pytest.mark.parametrize("seed", range(5))
    def test_identities(self, seed):
        marts = oracle.expected(random_export.make_export(seed))
        for day in marts["agg_journey_steps_daily"]:
            outcomes = ("processed", "dropped_off", "failed", "postponed", "in_progress")
            assert day["inflow"] == sum(day[outcome] for outcome in outcomes)
        for day in marts["agg_channel_engagement_daily"]:
            assert all(0 <= value <= 1 for name, value in day.items() if name.endswith("_rate") and value is not None)
        assert sum(day["blocks"] for day in marts["agg_consent_blocks_daily"]) == len(marts["fct_consent_blocks"])


def test_seeds_are_read_as_text(tmp_path):
    folder = tmp_path / "email"
    folder.mkdir()
    (folder / "EmailSent.csv").write_text("Version,ProfileId\n1,\n", encoding="utf-8")
    (folder / "contact.csv").write_text("contactid\n1\n", encoding="utf-8")
    assert oracle.read_seeds(tmp_path) == {"EmailSent": [{"Version": "1", "ProfileId": ""}]}

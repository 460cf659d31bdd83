"""Consent of a few people, made by hand: the examples of the docs name the right ones, under every policy."""

import pytest

from warehouse import Project, empty, rows

IN, OUT = 534120001, 534120002
EMAIL, SMS = 534120000, 534120001
WHAT_WAS_BUILT = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
MARTS = ("agg_email_clients", "dim_consent_status", "dim_contact_permissions", "dim_contact_points")


def csv(*lines: str) -> str:
    """Return lines as a CSV file."""
    return "\n".join(lines) + "\n"


def sends(*rows_: str) -> str:
    """Return EmailSent or the like: id, person, address, message and time."""
    return csv("IdempotencyId,ProfileType,ProfileId,EmailAddressUsed,MessageId,JourneyRunId,Timestamp", *rows_)


EXPORT = {
    # Ann and Ben share home@, Cleo has an address of her own, Dan one and the flag, Eve nothing but a number.
    "EmailSent": sends(
        "s1,Contact,ann,Home@example.com,weekly mail,r1,2025-02-01",
        "s2,Lead,ben,home@example.com,offer mail,r2,2025-02-01",
        "s3,Contact,cleo,cleo@example.com,offer mail,r3,2025-02-01",
        "s4,Contact,dan,dan@example.com,offer mail,r4,2025-02-01",
        *(
            f"b{number},Contact,finn,finn@example.com,m{number},f{number},2025-03-{number + 1:02}"
            for number in range(10)
        ),
    ),
    "EmailDelivered": sends("d1,Contact,cleo,cleo@example.com,offer mail,r3,2025-02-01"),
    "EmailSoftBounced": sends(
        *(
            f"x{number},Contact,finn,finn@example.com,m{number},f{number},2025-03-{number + 1:02}"
            for number in range(10)
        )
    ),
    "EmailFeedbackLoop": sends("f1,Contact,ann,home@example.com,offer mail,r1,2025-03-01"),
    "EmailAddressOptedOut": sends("o1,Contact,ann,HOME@example.com,weekly mail,r1,2025-03-09"),
    "ConfirmationResponse": csv(
        "IdempotencyId,ProfileType,ProfileId,ConfirmationRequestId,ConfirmationValue,Timestamp",
        "c1,Lead,ben,q1,Yes,2025-03-05",
    ),
    "ConfirmationRequest": csv(
        "IdempotencyId,ProfileType,ProfileId,EmailAddressUsed,ConfirmationRequestId,RequestObjectId,Timestamp",
        "q1,Lead,ben,home@example.com,q1,news,2025-03-04",
    ),
    "SmsReceived": csv(
        "IdempotencyId,ProfileType,ProfileId,UserContactPoint,Text,Timestamp",
        "t1,Contact,eve,+12025550100, Stop ,2025-03-02",
        "t2,Contact,finn,+12025550111,Stop by on Monday,2025-03-02",
    ),
    "EmailOpened": csv(
        "IdempotencyId,ProfileId,EmailClientId,Timestamp",
        "e1,ann,{391123EE-6312-4DCF-9E2D-9027022804D8},2025-03-01",
        "e2,ann,,2024-03-01",
    ),
    "contact": csv("contactid,donotemail,donotbulkemail", "ann,0,0", "cleo,0,0", "dan,0,1", "eve,0,0"),
    "msdynmkt_purpose": csv(
        "msdynmkt_purposeid,msdynmkt_name,msdynmkt_type,msdynmkt_enforcementmodel,msdynmkt_smsenforcementmodel",
        "news,Newsletter,534120000,534120000,534120000",
        "offers,Offers,534120000,534120001,534120001",
        "orders,Orders,534120001,534120002,",
    ),
    "msdynmkt_topic": csv("msdynmkt_topicid,msdynmkt_name,msdynmkt_purposeid", "weekly,Weekly,news"),
    "msdynmkt_email": csv(
        "msdynmkt_emailid,msdynmkt_name,_msdynmkt_purpose_value,_msdynmkt_topic_value",
        "weekly mail,Weekly,news,weekly",
        "offer mail,Offer,offers,",
    ),
    "msdynmkt_contactpointconsent4": csv(
        "msdynmkt_contactpointconsent4id,msdynmkt_contactpointvalue,msdynmkt_contactpointtype,msdynmkt_value,"
        "msdynmkt_purposeid,msdynmkt_topicid,msdynmkt_contactpointconsenttype,msdynmkt_logicalreason,msdynmkt_source,"
        "statecode,modifiedon",
        f"1,HOME@example.com,{EMAIL},{OUT},news,weekly,534120001,534120007,534120007,0,2025-03-09T00:00:30Z",
        f"2,cleo@example.com,{EMAIL},{IN},news,,534120000,534120001,534120004,1,2025-03-01",
        f"3,cleo@example.com,{EMAIL},{IN},news,weekly,534120001,534120001,534120004,0,2025-03-01",
        f"4,+12025550100,{SMS},{IN},news,,534120000,534119999,534120000,0,2025-03-03",
    ),
}


@pytest.fixture(scope="module", params=["hash", pytest.param("mask", marks=pytest.mark.long)])
def warehouse(tmp_path_factory, request):
    """Return a warehouse of this export."""
    scratch = tmp_path_factory.mktemp("consent")
    project = Project(scratch, scratch / "export", pii_policy=request.param)
    folder = empty(project.raw)
    for name, content in EXPORT.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    project.run("build", "--select", *(f"+{mart}" for mart in MARTS), *WHAT_WAS_BUILT)
    return project


def people_who_may(warehouse, channel: str, purpose: str, topic: str | None = None) -> dict[str, tuple]:
    """Return what decides for whom, by the person's id, as the query of the docs joins them."""
    found = rows(
        warehouse.database,
        "select profiles.profile_id, may_contact, decided_by from marts.dim_contact_permissions as permissions "
        "inner join marts.dim_contact_point_people as people "
        "on permissions.organization_id is not distinct from people.organization_id "
        "and permissions.channel = people.channel and permissions.contact_point_key = people.contact_point_key "
        "inner join marts.dim_profiles as profiles on people.profile_key = profiles.profile_key "
        f"where permissions.channel = '{channel}' and purpose_id = '{purpose}' "
        f"and topic_id is not distinct from {repr(topic) if topic else 'null'}",
    )
    return {row["profile_id"]: (row["may_contact"], row["decided_by"]) for row in found}


def test_what_one_decides_at_an_address_holds_for_all_who_share_it(warehouse):
    by_model = (False, "enforcement_model")
    assert people_who_may(warehouse, "email", "news") == {
        "ann": (True, "event"),  # Ben's opt-in came after her complaint
        "ben": (True, "event"),
        "cleo": (True, "record"),  # inactive records count as well
        "dan": (False, "do_not_flag"),
        "finn": by_model,
    }
    assert people_who_may(warehouse, "email", "news", "weekly") == {
        "ann": (False, "record"),
        "ben": (False, "record"),
        "cleo": (True, "record"),
        "dan": (False, "do_not_flag"),
        "finn": by_model,
    }
    assert people_who_may(warehouse, "email", "offers") == {
        "ann": (False, "event"),
        "ben": (False, "event"),
        "cleo": (True, "enforcement_model"),
        "dan": (False, "do_not_flag"),
        "finn": (True, "enforcement_model"),
    }
    assert people_who_may(warehouse, "email", "orders")["dan"] == (True, "enforcement_model")


def test_stop_is_about_texts_until_a_purpose_is_opted_in_to(warehouse):
    assert people_who_may(warehouse, "sms", "news") == {"eve": (True, "record"), "finn": (False, "enforcement_model")}
    assert people_who_may(warehouse, "sms", "offers") == {"eve": (False, "event"), "finn": (True, "enforcement_model")}
    (status,) = rows(warehouse.database, "from marts.dim_consent_status where contact_point_type = 'sms'")
    assert (status["consent_status"], status["consent_scope"], status["is_current"]) == ("opted_out", "all", True)


def test_the_example_of_the_docs_counts_the_right_people(warehouse):
    (node,) = (node for node in warehouse.nodes("model") if node.name == "dim_contact_permissions")
    found = rows(warehouse.database, node.config.meta["example"]["query"])
    assert {row["purpose_name"]: row["people"] for row in found} == {"Newsletter": 3, "Offers": 2, "Orders": 5}


def test_why_and_where_consent_changed(warehouse):
    (change,) = rows(
        warehouse.database, "from marts.fct_consent_changes where interaction_type = 'EmailAddressOptedOut'"
    )
    assert (change["consent_scope"], change["topic_name"], change["purpose_id"]) == ("topic", "Weekly", "news")
    assert (change["consent_reason"], change["consent_source"]) == ("opt_out_one_click", "email_list_unsubscribe")


def test_contact_points_know_their_people_and_their_bounces(warehouse):
    points = rows(warehouse.database, "from marts.dim_contact_points where contact_point_type = 'email'")
    assert sorted(row["people"] for row in points) == [1, 1, 1, 2]
    (bounced,) = (row for row in points if row["bounces_in_a_row"])
    assert (bounced["bounces_in_a_row"], bounced["soft_bounces_in_a_row"]) == (10, 10)
    assert bounced["counts_as_hard_bounced"]
    assert bounced["likely_suppressed_until"].isoformat() == "2025-09-06T00:00:00"
    (shared,) = (row for row in points if row["people"] == 2)
    assert (shared["last_complained_at"].isoformat(), shared["profile_key"]) == ("2025-03-01T00:00:00", None)


def test_clients_of_opens_have_names(warehouse):
    found = rows(warehouse.database, "from marts.agg_email_clients where client_kind = 'email_client'")
    assert {row["client_name"]: row["opens"] for row in found} == {"Gmail": 1, "unknown": 1}

"""A made-up person whose traces can't be taken for anybody else's, and the files of an export that tell of them.

They stand in records of Dataverse and their consents, in events of several channels with address, number, device and
browser, as the person that a record was merged into, as a lead, in a file that has to be repaired, and in versions of
events that later ones replace, in the same load and in the next.
"""

from refreshing import Place

CONTACT = "5ea7c0de-1d3a-4b5c-9e6f-0a1b2c3d4e5f"
MERGED = "5ea7c0de-2d3a-4b5c-9e6f-0a1b2c3d4e5f"
LEAD = "5ea7c0de-3d3a-4b5c-9e6f-0a1b2c3d4e5f"
NAME = "Ottokar Unverwechselbar"
ADDRESS, NUMBER = "o.unverwechselbar@example.net", "+12025550177"
DEVICE, BROWSER = "device-5ea7c0de-unmistakable", "browser-5ea7c0de-unmistakable"
RUNS = "5ea7c0de-4d3a-4b5c-9e6f-0a1b2c3d4e5f", "5ea7c0de-5d3a-4b5c-9e6f-0a1b2c3d4e5f"
# What may not be found of them, in any spelling.
TRACES = [CONTACT, MERGED, LEAD, NAME, ADDRESS, ADDRESS.split("@")[0], NUMBER, DEVICE, BROWSER]
REQUESTS = f"profile_type,profile_id\nContact,{{{CONTACT.upper()}}}\nLead,{LEAD}\n"
AT = "2025-02-01T09:00:00Z"
EVENT = "IdempotencyId,ProfileId,ProfileType,Version,Timestamp"


def tell_of_them(place: Place) -> None:
    """Add files to the export that tell of the person."""
    person = f"{CONTACT},Contact,1,{AT}"
    files = {
        "contact": f"contactid,fullname,masterid,merged,statecode,modifiedon\n{CONTACT},{NAME},,,0,{AT}\n"
        f"{MERGED},{NAME} junior,{CONTACT},true,1,{AT}\n",
        "lead": f"leadid,fullname,statecode,modifiedon\n{LEAD},{NAME},0,{AT}\n",
        "msdynmkt_contactpointconsent4": "msdynmkt_contactpointconsent4id,msdynmkt_contactpointvalue,"
        f"msdynmkt_contactpointtype,msdynmkt_value,modifiedon\nc-1,{ADDRESS},534120000,534120001,{AT}\n",
        "EmailClicked": f"{EVENT},ContactId,EmailAddressUsed,VisitorId,TargetUrl\n"
        f"c-1,{person},{CONTACT},{ADDRESS},{BROWSER},https://example.com/?mail={ADDRESS}\n"
        f"c-1,{CONTACT},Contact,2,{AT},{CONTACT},{ADDRESS},{BROWSER},\n",
        "EmailAddressOptedOut": f"{EVENT},EmailAddressUsed\nu-1,{person},{ADDRESS}\n",
        "EmailBlocked": f"{EVENT},BlockedReason,EmailAddressUsed\nb-1,{person},Nobody reads {ADDRESS},{ADDRESS}\n",
        "PushNotificationOpened": f"{EVENT},DeviceId\np-1,{person},{DEVICE}\n",
        "SmsSent": f"{EVENT},RecipientPhoneNumber\ns-1,{person},{NUMBER}\n"
        f"s-2,{MERGED},Contact,1,{AT},{NUMBER}\ns-3,{LEAD},Lead,1,{AT},{NUMBER}\n",
        "JourneyEventInflow": f"{EVENT},CustomerJourneyId,JourneyRunId\nj-1,{person},j-9,{RUNS[0]}\n",
    }
    for table, text in files.items():
        place.add(f"{table}/them.csv", text)
    # Files that are repaired before they are read: for a row with a value too many, and for their encoding.
    damaged = f"{EVENT},RecipientPhoneNumber\nd-1,{person},{NUMBER}\nd-2,{person},{NUMBER},{NAME}\n"
    place.add("SmsDelivered/damaged.csv", damaged)
    for table, column, value in (
        ("PushNotificationLinkClicked", "DeviceId", DEVICE), ("EmailForwarded", "VisitorId", BROWSER),
    ):  # fmt: skip
        text = f"{EVENT},{column}\nr-1,{person},{value}\n"
        place.add(f"{table}/damaged.csv").write_bytes(text.encode("utf-16"))


def tell_more_of_them(place: Place) -> None:
    """Add a file with a newer version of an event of theirs: it moves to another run, no row more."""
    newer = f"{EVENT},CustomerJourneyId,JourneyRunId\nj-1,{CONTACT},Contact,2,{AT},j-9,{RUNS[1]}\n"
    place.add("JourneyEventInflow/later.csv", newer)

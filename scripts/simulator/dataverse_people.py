"""The records of contacts and leads in Dataverse, with what they were before: merged records, qualified leads."""

from __future__ import annotations

import numpy as np

from . import dataverse_consents, draw
from .dataverse import PEOPLE_WORDS, TABLES, Tables
from .identities import Leads, Merges
from .people import CONTACT, LEAD, People
from .tenant import Tenant
from .vocabulary import FIRST_NAMES, LAST_NAMES

_TABLE_OF = {CONTACT: "contact", LEAD: "lead"}


def of_people(
    seed: int, chunk: int, tenant: Tenant, people: People, merged: Merges, leads: Leads, changes: list[dict]
) -> Tables:
    """Return the records of a chunk's contacts and leads, and the consents of their addresses and numbers.

    Of the `changes` of consent that events tell, unsubscriptions with one click may have left a record.
    """
    tables = Tables(draw.generator(seed, chunk, PEOPLE_WORDS, 1))
    units, others = tenant.business_units.to_pylist(), merged.ids.to_pylist()
    ids, emails, phones = people.ids.to_pylist(), people.email.to_pylist(), people.phone.to_pylist()
    alone: dict[int, list[str]] = {CONTACT: [], LEAD: []}
    origins = {int(leads.became[lead]): ids[lead] for lead in np.flatnonzero(leads.is_named_by_contact).tolist()}
    for person in np.flatnonzero((people.kind == CONTACT) | (people.kind == LEAD)).tolist():
        kind, given_up = int(people.kind[person]), [merged.first[person], merged.second[person]]
        given_up = [others[place] for place in given_up if place >= 0]
        links = _links(leads, person, ids, origins)
        if not given_up and not links and leads.became[person] < 0 and tables.chance(0.05):
            continue  # nothing is known of them
        full_name = f"{FIRST_NAMES[people.first_name[person]]} {LAST_NAMES[people.last_name[person]]}"
        unit = units[-1] if people.organization[person] else units[int(tables.rng.integers(len(units) - 1))]
        became = ids[leads.became[person]] if leads.became[person] >= 0 else None
        _add_person(tables, kind, ids[person], full_name, unit, given_up, links, became)
        if not given_up:
            alone[kind].append(ids[person])
        if tables.chance(0.3):
            dataverse_consents.add(tables, tenant, emails[person], 0)
        if tables.chance(0.1):
            dataverse_consents.add(tables, tenant, phones[person], 1)
    for kind, found in alone.items():
        _spoil(tables, _TABLE_OF[kind], found)
    for change in changes:
        if change["interaction_type"] == "EmailAddressOptedOut" and change["purpose_id"] and tables.chance(0.6):
            dataverse_consents.add_one_click(tables, tenant, change)
    return tables


def _links(leads: Leads, person: int, ids: list[str], origins: dict[int, str]) -> dict[str, str]:
    """Return the columns by which a record names its lead or contact."""
    if person in origins:
        return {"originatingleadid": origins[person]}
    if leads.became[person] >= 0 and not leads.is_named_by_contact[person]:
        return {"_parentcontactid_value": ids[leads.became[person]]}
    if leads.connected[person] >= 0:
        return {"_parentcontactid_value": ids[leads.connected[person]]}
    return {}


def _add_person(
    tables: Tables,
    kind: int,
    record: str,
    full_name: str,
    unit: str,
    given_up: list[str],
    links: dict,
    became: str | None,
) -> None:
    """Add a contact or lead with its `links`, and each record `given_up` for the next one, at last for this one."""
    table, deleted = _TABLE_OF[kind], tables.chance(0.03)
    # leads are open, qualified (became a contact), or disqualified
    state = int(tables.chance(0.1)) if kind == CONTACT else 1 if became else 2 * int(tables.chance(0.1))
    values = links | {
        "FullName": full_name, "EMailAddress1": "hidden@example.com", "StateCode": state,
        "merged": False if tables.chance(0.9) else None, "DoNotEmail": tables.chance(0.05),
        "DoNotBulkEmail": tables.chance(0.1), "_owningbusinessunit_value": unit,
    }  # fmt: skip
    earlier = {"StateCode": 0, "DoNotEmail": False} | dict.fromkeys(links) if tables.chance(0.1) else None
    tables.add(table, record, values, earlier, deleted=deleted)
    for old, new in zip(given_up, [*given_up, record][1:], strict=True):
        spelled = new.upper() if tables.chance(0.2) else new
        tables.add(
            table,
            old,
            values | dict.fromkeys(links) | {"masterid": spelled, "merged": True, "StateCode": 1 + (kind == LEAD)},
            {"masterid": None, "merged": False},
        )
        tables.truth["merged_profiles"].append({"profile_type": table, "merged_profile_id": old, "profile_id": record})
    tables.truth["profiles"].append({
        "profile_type": table, "profile_id": record, "full_name": full_name, "owning_business_unit_id": unit,
        "is_active": values["StateCode"] == 0, "is_do_not_email": values["DoNotEmail"],
        "is_do_not_bulk_email": values["DoNotBulkEmail"], "is_deleted": deleted, "merged_profiles": len(given_up),
        "became_contact_id": became,
    })  # fmt: skip


def _spoil(tables: Tables, table: str, records: list[str]) -> None:
    """Make bad data of four people: three whose merges lead round in a circle, and one that names a master in vain."""
    own_id = next(iter(TABLES[table]))
    if len(records) < 5:
        return
    one, two, three, denied = records[:4]
    for record, master in ((one, two), (two, three), (three, one), (denied, records[4])):
        for row in tables.rows[table]:
            if row.get(own_id, "").strip("{}").lower() == record:
                row |= {"masterid": master, "merged": record != denied}

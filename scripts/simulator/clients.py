"""What people used (browser, system, device, e-mail program) and which custom channel carried a message, as ids."""

from __future__ import annotations

import numpy as np

from . import draw
from .plan import Coded, Moment, Plan
from .schema import Entity

ATTRIBUTES = ("BrowserId", "OperatingSystemId", "DeviceTypeId", "EmailClientId", "ChannelDefinitionId")
UNKNOWN = 0.05  # share of rows in which an id is missing
TOLD = {  # what opens and clicks of e-mails tell about clients
    "EmailOpened": {"EmailClientId": "email_client"},
    "EmailClicked": {"DeviceTypeId": "device_type", "OperatingSystemId": "operating_system", "BrowserId": "browser"},
}


def decide(plan: Plan, moments: list[Moment], entities: dict[str, Entity]) -> None:
    """Give the rows of these `moments` the ids that their entity has columns for, unless they were decided before."""
    for moment in moments:
        columns = entities[moment.entity].columns if moment.entity in entities else {}
        for name in ATTRIBUTES:
            if name in columns and name not in moment.values:
                ids = plan.tenant.guid_lists[name].to_pylist()
                codes = plan.rng.integers(0, len(ids), len(moment), dtype=np.int8)
                codes[draw.chance(plan.rng, len(moment), UNKNOWN)] = -1
                moment.values[name] = Coded(ids, codes)
        _record(plan, moment)


def _record(plan: Plan, moment: Moment) -> None:
    """Record with which clients e-mails were opened and their links clicked."""
    for name, kind in TOLD.get(moment.entity, {}).items():
        if name in moment.values:
            plan.record(
                "client_uses",
                **plan.keys(moment.place),
                client_kind=Coded([kind], np.zeros(len(moment), np.int8)),
                client_id=moment.values[name],
                used_at=moment.at,
            )

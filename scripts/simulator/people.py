"""The people of one chunk: contacts, leads and CI profiles, with their names, addresses and places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw
from .tenant import Tenant
from .vocabulary import FIRST_NAMES, LAST_NAMES, MAIL_DOMAINS, PLACES

CONTACT, LEAD, PROFILE = range(3)
SHARED = 0.06  # share of people who use somebody else's address


@dataclass(frozen=True)
class People:
    """One value per person in each array; `kind` is CONTACT, LEAD or PROFILE, the other integers are indexes."""

    ids: pa.Array
    kind: np.ndarray
    organization: np.ndarray
    account: np.ndarray
    first_name: np.ndarray
    last_name: np.ndarray
    place: np.ndarray
    domain: np.ndarray
    email: pa.Array
    bad_email: pa.Array
    phone: pa.Array
    visitors: pa.Array  # the visitor id that websites know the person by

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.kind)


def build(rng: np.random.Generator, tenant: Tenant, count: int) -> People:
    """Draw `count` people. About one in twenty belongs to the second organization (the sandbox)."""
    kind = draw.quota(rng, [0.60, 0.26, 0.14], count, 2).astype(np.int8)
    first = rng.integers(0, len(FIRST_NAMES), count)
    last = rng.integers(0, len(LAST_NAMES), count)
    domain = rng.integers(0, len(MAIL_DOMAINS), count)
    owner = np.arange(count)  # whose address it is: a few people share that of the one before them
    owner[1::2] = np.where(draw.chance(rng, count // 2, SHARED), owner[1::2] - 1, owner[1::2])
    domain = domain[owner]
    number = pc.cast(pa.array(np.arange(count) % 9973), pa.string())
    local = pc.binary_join_element_wise(
        pa.array(FIRST_NAMES).take(pa.array(first)), pa.array(LAST_NAMES).take(pa.array(last)), number, "."
    )
    email = pc.binary_join_element_wise(local, pa.array(MAIL_DOMAINS).take(pa.array(domain)), "@")
    shouted = pa.array(draw.chance(rng, count, 0.03))
    email = pc.if_else(shouted, pc.utf8_upper(email.take(pa.array(owner))), pc.utf8_lower(email.take(pa.array(owner))))
    # 555-0100 to 555-0199 is the range kept for fiction
    area = pa.array([str(code) for code in range(201, 990, 7)]).take(pa.array(rng.integers(0, 113, count)))
    line = pa.array([f"55501{code:02d}" for code in range(100)]).take(pa.array(rng.integers(0, 100, count)))
    return People(
        ids=draw.guids(rng, count),
        kind=kind,
        organization=draw.chance(rng, count, 0.05).astype(np.int32),
        account=np.where(draw.chance(rng, count, 0.6), rng.integers(0, len(tenant.accounts), count), -1).astype(
            np.int32
        ),
        first_name=first,
        last_name=last,
        place=rng.integers(0, len(PLACES), count),
        domain=domain,
        email=email,
        bad_email=pc.replace_substring(pc.utf8_lower(local), ".", "_"),
        phone=pc.binary_join_element_wise("+1", area, line, ""),
        visitors=draw.guids(rng, count),
    )

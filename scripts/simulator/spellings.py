"""The ids that rows refer to, in the spellings in which exports write them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .identities import Recipients
from .plan import Plan


class Spellings:
    """Ids in four spellings: as they are, in upper case, in braces, between blanks."""

    def __init__(self, ids: pa.Array):
        """Prepare the spellings of `ids`."""
        self.count = len(ids)
        braced = pc.binary_join_element_wise("{", ids, "}", "")
        padded = pc.binary_join_element_wise(" ", ids, " ", "")
        self.all = pa.concat_arrays([ids, pc.utf8_upper(ids), braced, padded])

    def take(self, index: np.ndarray, style: np.ndarray) -> pa.Array:
        """Return the ids at `index` in the spelling `style` (0 to 3), as text; a negative index gives null."""
        return self.all.take(pa.array(index + style * self.count, mask=index < 0))

    def codes(self, index: np.ndarray, style: np.ndarray) -> pa.Array:
        """Return the same as a dictionary array."""
        if len(index) < 4 * len(self.all):  # few rows: keep unused entries out of the files
            return self.take(index, style).dictionary_encode()
        return pa.DictionaryArray.from_arrays(pa.array(index + style * self.count, mask=index < 0), self.all)


class Registry:
    """The spellings of all ids that the rows of one plan refer to."""

    def __init__(self, plan: Plan, recipients: Recipients):
        """Collect the ids of the plan's tenant, and those that its people have and had."""
        tenant = plan.tenant
        self.recipients = recipients
        self.organization = Spellings(tenant.organizations)
        self.unit = Spellings(tenant.business_units)
        self.account = Spellings(tenant.accounts)
        self.segment = Spellings(tenant.segments)
        self.journey = Spellings(tenant.journeys)
        self.step = Spellings(tenant.steps)
        self.message = Spellings(tenant.messages)
        self.iteration = Spellings(tenant.iterations)
        self.sending = Spellings(tenant.sendings)
        self.run = Spellings(plan.run_ids)
        self.person = Spellings(recipients.ids)

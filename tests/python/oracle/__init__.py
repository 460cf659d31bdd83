"""The marts, computed a second time in plain Python, from the written contract and not from the SQL.

Tests run both over the same rows and compare. Where the two differ, one of them has misread the contract, so nothing
in here may be copied from the models: the only project files it reads are the staging YAML files, because they are the
schema, and seeds that a caller points it at.

    rows = oracle.read_seeds("seeds/raw")              # {"EmailSent": [{"Timestamp": ..., ...}, ...], ...}
    marts = oracle.expected(rows)                      # {"fct_interactions": [{...}, ...], ...}
    oracle.diff(marts["dim_messages"], actual, ["message_id"])   # [] when they agree

Read the modules in this order: `schema` and `casting` (what a raw value means), `staging`, `interactions` (duplicates,
people and ids), `people` (who was merged), `meaning` (what each entity stands for), then one module per subject area.
Surrogate keys are left out: rows are told apart by their natural keys.
"""

from .compare import diff
from .marts import expected
from .people import read_merges
from .seeds import read_reasons, read_seeds

__all__ = ["diff", "expected", "read_merges", "read_reasons", "read_seeds"]

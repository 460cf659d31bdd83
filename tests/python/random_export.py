"""Random exports, made to collide: few people, journeys and messages, so that keys meet in every possible way.

They know nothing of how a real tenant behaves (the simulator does that). They exist to reach the corners: repeats,
versions, missing ids, every spelling of an id, values that can't be read, columns that are missing, added, reordered.
The same seed always gives the same export.

    rows = make_export(seed=7)                                     # {"EmailSent": [{...}, ...], ...}
    written = write_export(rows, folder, "csv_us", "nested", seed=7)   # what a reader of the folder will find
    oracle.expected(written)

A file can't hold everything that memory can (CSV has no nulls, US dates no fractions of a second), so expectations
must be computed from the rows that `write_export` returns.
"""

import csv
import random
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyarrow
import pyarrow.parquet

from oracle.casting import cast
from oracle.interactions import duplicate_key, rank
from oracle.journeys import BEFORE_THE_RUN
from oracle.schema import Column, Entity, entities
from oracle.staging import stage

FORMATS = ("parquet_typed", "parquet_text", "csv_iso", "csv_us")
LAYOUTS = ("parts", "single", "nested", "lower", "upper", "mixed")

Row = dict[str, object]

FIRST_DAY = datetime(2024, 7, 26)
GUID_LENGTH = 36
NOBODY = ("", " ", "{}", "\u00a0", "NULL", "None", "nan", "<NA>", "\\N", str(uuid.UUID(int=0)), "0" * 32)
REASONS = (
    None,
    "",
    "ConsentNotGiven",
    "no consent for topic",
    "Opt-Out",
    "opt_out",
    "OPTED OUT",
    "Recipient unsubscribed",
    "UnSubscription",
    "Do Not Email",
    "do-not-bulk-email",
    "DO_NOT_CONTACT",
    "doNotSms",
    "do not call; consent withdrawn",
    "optout: consent missing",
    "FrequencyCap",
    "InvalidNumber",
    "quiet hours, try later",
    'provider said "no"',
)
BOUNCE_CATEGORIES = (None, "", "invalid-mailbox", "invalid-domain", "full-mailbox", "other", "suppression-list", "new")
TEXTS: dict[str, tuple] = {
    "profile_type": ("Contact", "contact", "CONTACT", "Lead", "lead", "CI Profile", "ci profile", "Account", "", None),
    "usage_type": ("Journey", "TestSend", "test", "Trigger", "CONTESTED", "", None),
    "blocked_reason": REASONS,
    "reason": REASONS,
    "reason_detail": REASONS,
    "category": REASONS,
    "details": REASONS,
    "bounce_type": ("HardBounce", "SoftBounce", "hardbounce", "SOFTBOUNCE", "Unknown", "", None),
    "bounce_category": BOUNCE_CATEGORIES,
    "email_address_used": ("ann@Example.com", "bo@mail.example.ORG", "odd@name@example.net", "no-address", "", None),
    "message_variation_name": ("A", "B", "b", "", None),
    "journey_version": ("1", "2", "10", "007", None),
}
NUMBERS: dict[str, tuple] = {
    "interaction_version": (1, 1, 1, 2, 3, 10, None),
    "source_system": (1, 2, 2, 2, 2, 2, 3, None),
    "delivered_count": (1, 1, -1, None),
}
EXTRA_ATTRIBUTES = ("tenant_region", "Team Note", "msdyn_custom")
CORE_ENTITIES = (
    *("EmailSent", "EmailDelivered", "EmailOpened", "EmailClicked", "BotEmailLinkClicked", "EmailBounced"),
    *("EmailBlocked", "EmailBlockedByUser", "EmailBlockedFrequencyCapReached", "EmailAddressOptedOut", "EmailCcSent"),
    *("EmailSoftRemoteBounced", "EmailContainsBlacklistedLinks", "SegmentUnsubscribed"),
    *(
        "SmsSent",
        "SmsDelivered",
        "SmsNotSent",
        "PushNotificationSent",
        "PushNotificationOpened",
        "CustomNotSent",
        "CustomSent",
    ),
    *("VoiceCallSent", "VoiceCallAttempted", "VoiceCallBlocked", "ActivityContactBlocked", "ActivityContactDispatched"),
    *("ActionEventInflow", "ActionEventPostponed", "ActionEventResumed", "ActionEventProcessed", "ActionEventDropoff"),
    *("JourneyEventInflow", "JourneyEventEntryProcessed", "JourneyEventCompleted", "JourneyEventPreEntryDropoff"),
)
SHARED_IDS = {
    "organization_id": 2,
    "business_unit_id": 2,
    "profile_id": 3,
    "contact_id": 3,
    "lead_id": 2,
    "journey_id": 2,
    "journey_run_id": 2,
    "journey_iteration_id": 2,
    "journey_action_id": 3,
    "activity_id": 3,
    "parent_step_id": 3,
    "message_id": 2,
    "sending_id": 2,
}
# What may be unknown of a whole situation: an API sends without a journey, a test to nobody, old rows without sendings.
MISSING_TOGETHER = (
    ("journey_run_id", "journey_iteration_id"),
    ("journey_run_id", "journey_iteration_id", "journey_action_id", "activity_id"),
    ("journey_action_id", "activity_id"),
    ("profile_id", "contact_id", "lead_id"),
    ("journey_id",),
    ("sending_id",),
)
OWN_IDS = ("idempotency_id", "internal_marketing_interaction_id")


def make_export(seed: int) -> dict[str, list[Row]]:
    """Return raw rows for a random choice of the entities; every row carries the attributes of the schema."""
    chance = random.Random(f"rows {seed}")
    situations = _situations(chance)
    export = {}
    for entity in _choice_of_entities(chance):
        size = chance.choice((6, 15, 30) if entity.name in CORE_ENTITIES else (0, 1, 4, 8))
        rows = [_row(entity, chance.choice(situations), chance) for _ in range(size)]
        rows += [_again(entity, row, chance) for row in rows if chance.random() < 0.3]
        _spoil(entity, rows, chance)
        chance.shuffle(rows)
        export[entity.name] = without_undecided(entity, rows)
    return export


def write_export(rows: dict[str, list[Row]], folder: str | Path, fmt: str, layout: str, seed: int) -> dict[str, list]:
    """Write the rows to a folder and return them as a reader will find them.

    Per entity, columns may be left out, added, reordered and spelled in another letter case; rows may be spread over
    up to three files, which need not agree on the order of their columns, nor on which there are.
    """
    if fmt not in FORMATS or layout not in LAYOUTS:
        raise ValueError(f"unknown format or layout: {fmt}, {layout}")
    chance = random.Random(f"files {seed} {fmt} {layout}")
    written = {}
    for name, raw in rows.items():
        table = _Table(entities()[name], raw, fmt, chance)
        own_layout = chance.choice([other for other in LAYOUTS if other != "mixed"]) if layout == "mixed" else layout
        paths = _paths(Path(folder), name, own_layout, fmt.split("_")[0], chance)
        written[name] = table.write(paths)
    return written


def without_undecided(entity: Entity, rows: list[Row]) -> list[Row]:
    """Leave out rows that the rules can't choose between: same key, version, time and id, but other content."""
    kept, content_of = [], {}
    for row in rows:
        staged = stage(row, entity)
        contest = (duplicate_key(entity.name, staged), rank(staged))
        if content_of.setdefault(contest, staged) == staged:
            kept.append(row)
    return kept


def _choice_of_entities(chance: random.Random) -> list[Entity]:
    known = sorted(entities())
    chosen = {*chance.sample(known, chance.choice((0, 10, 40, len(known))))}
    if chance.random() < 0.8:
        chosen |= {*chance.sample(CORE_ENTITIES, chance.randint(8, len(CORE_ENTITIES)))}
    if chance.random() < 0.4:
        families = chance.sample(sorted({entity.family for entity in entities().values()}), 2)
        chosen |= {entity.name for entity in entities().values() if entity.family in families}
    chosen = chosen or {"EmailSent"}
    return [entities()[name] for name in sorted(chosen)]


def _situations(chance: random.Random) -> list[Row]:
    """Return a few combinations of person, journey, step and message; many differ from another one in one id only."""
    situations = [_situation(chance)]
    usual = ("profile_id", "journey_run_id", "journey_action_id", "activity_id", "message_id")
    for _ in range(chance.randint(1, 9)):
        changed = chance.choice((*usual, *usual, *SHARED_IDS))
        neighbour = chance.choice(situations) | {changed: _pooled_id(changed, chance)}
        situations.append(neighbour if chance.random() < 0.8 else _situation(chance))
        if chance.random() < 0.4:
            situations.append(neighbour | dict.fromkeys(chance.choice(MISSING_TOGETHER)))
    return situations


def _situation(chance: random.Random) -> Row:
    situation: Row = {name: _pooled_id(name, chance) for name in SHARED_IDS}
    return situation | {"profile_type": chance.choice(("Contact", "Lead", "CI Profile"))}


def _pooled_id(name: str, chance: random.Random) -> str:
    kind = list(SHARED_IDS).index("journey_action_id" if name == "parent_step_id" else name)
    return f"{kind:02x}abcdef-0000-4000-8000-{chance.randrange(SHARED_IDS[name]):012x}"


def _row(entity: Entity, situation: Row, chance: random.Random) -> Row:
    """Return one row. Most rows keep to their situation, so that they meet; the others stray from it in some id."""
    strays = chance.random() < 0.2
    row = {column.attribute: _value(column, situation, strays, chance) for column in entity.columns}
    if entity.name in BEFORE_THE_RUN and chance.random() < 0.4:
        row["JourneyRunId"] = None
    return row


def _value(column: Column, situation: Row, strays: bool, chance: random.Random) -> object:
    name = column.name
    if name in OWN_IDS:
        return None if chance.random() < 0.2 else _respelled(f"{name[:2]}-{chance.randrange(10_000):05d}", chance)
    if name in situation and not strays:
        return None if situation[name] is None else _respelled_if_id(column, str(situation[name]), chance)
    if chance.random() < 0.07:
        return None
    if name == "raw_interaction_type":
        return "interaction"
    if name in TEXTS:
        return chance.choice(TEXTS[name])
    if column.kind == "id":
        return _stray_id(name, situation, chance)
    if column.kind == "int":
        return chance.choice(NUMBERS.get(name, (0, 1, 5)))
    if column.kind == "time":
        return _time(chance)
    if column.kind == "bool":
        return chance.random() < 0.5
    return chance.choice((0.5, 2.25)) if column.kind == "float" else chance.choice(("x", "two words", 'a, "b"\nc', ""))


def _stray_id(name: str, situation: Row, chance: random.Random) -> str:
    if chance.random() < 0.05:
        return chance.choice(NOBODY)
    if name not in SHARED_IDS:
        return _respelled(f"ffabcdef-0000-4000-8000-{chance.randrange(3):012x}", chance)
    stays = chance.random() < 0.8 and situation[name] is not None
    return _respelled(str(situation[name]) if stays else _pooled_id(name, chance), chance)


def _respelled_if_id(column: Column, text: str, chance: random.Random) -> str:
    is_word = column.kind != "id" or column.name in TEXTS
    return chance.choice((text, text.lower(), text.upper())) if is_word else _respelled(text, chance)


def _time(chance: random.Random) -> datetime:
    """Return a time on a coarse grid, so that times tie, now and then with a fraction or around midnight."""
    time = FIRST_DAY + timedelta(hours=chance.randrange(72))
    return time + timedelta(microseconds=chance.randrange(1_000_000)) if chance.random() < 0.1 else time


def _respelled(text: str, chance: random.Random) -> str:
    """Write an id in one of the spellings that mean the same: of a guid there are more."""
    spellings: list[Callable[[str], str]] = [str, str, str, "{{{}}}".format, " {} ".format, "\u00a0{}\u200b".format]
    if len(text) == GUID_LENGTH and text.count("-") == 4:
        spellings += [str.upper, str.title, "({})".format, lambda guid: guid.replace("-", "")]
    return chance.choice(spellings)(text)


def _again(entity: Entity, row: Row, chance: random.Random) -> Row:
    """Return the row as it may arrive a second time: word for word, respelled, as a new version, or corrected."""
    staged = stage(row, entity)
    if staged["idempotency_id"] is None and staged["internal_marketing_interaction_id"] is None:
        return dict(row)
    again = dict(row)
    own_id = str(row["IdempotencyId"] or "").strip(" {}")
    change = chance.choice(("none", "spelling", "version", "time", "content", "swap", "delivery"))
    if change == "spelling":
        again["IdempotencyId"] = _respelled(own_id, chance) if own_id else None
    if change == "version":
        again |= {"Version": chance.choice((2, 3, 11, None)), "Timestamp": _time(chance)}
    if change == "time":
        again["Timestamp"] = chance.choice((_time(chance), None))
    if change == "content":
        again |= _row(entity, _situation(chance), chance) | {name: row[name] for name in ("IdempotencyId", "Version")}
    if change == "swap" and own_id:
        again |= {"IdempotencyId": None, "InternalMarketingInteractionId": own_id}
    if change == "delivery" and "DeliveredCount" in row:
        again |= {"DeliveredCount": chance.choice((-1, None)), "Timestamp": _time(chance)}
    return again


def _spoil(entity: Entity, rows: list[Row], chance: random.Random) -> None:
    """Put values that can't be read into a few columns."""
    for column in entity.columns:
        if column.kind in ("int", "time", "bool", "float") and chance.random() < 0.06:
            for row in rows:
                if chance.random() < 0.3:
                    row[column.attribute] = chance.choice(("n/a", "unknown", "-"))


class _Table:
    """One entity on its way to files: its columns as chosen for this export, and how their values are written."""

    def __init__(self, entity: Entity, raw: list[Row], fmt: str, chance: random.Random) -> None:
        self.entity, self.raw, self.fmt, self.chance = entity, raw, fmt, chance
        self.kinds = {column.attribute: column.kind for column in entity.columns}
        self.names = self._choose_names()
        self.types = {attribute: self._choose_type(attribute) for attribute in self.names}

    def write(self, paths: list[Path]) -> list[Row]:
        """Write the rows, spread over the files, and return them all."""
        all_rows = []
        shares: list[list[Row]] = [[] for _ in paths]
        for row in self.raw:
            self.chance.choice(shares).append(row)
        for path, share in zip(paths, shares, strict=True):
            attributes = self._columns_of_one_file(len(paths))
            rows = [{self.names[name]: self._written(row.get(name), name) for name in attributes} for row in share]
            all_rows.append((path, attributes, rows))
        self._drop_undecided(all_rows)
        for path, attributes, rows in all_rows:
            path.parent.mkdir(parents=True, exist_ok=True)
            (self._write_csv if path.suffix == ".csv" else self._write_parquet)(path, attributes, rows)
        return [row for _, _, rows in all_rows for row in rows]

    def _choose_names(self) -> dict[str, str]:
        """Choose which attributes this export has, and in which letter case."""
        spell = self.chance.choice((str, str, str.lower, str.upper, str.swapcase))
        dropped = 0.05 if self.chance.random() < 0.3 else 0
        present = [attribute for attribute in self.kinds if self.chance.random() >= dropped]
        extra = self.chance.sample(EXTRA_ATTRIBUTES, self.chance.choice((0, 0, 1, 2)))
        names = [*(present or ["Timestamp"]), *extra]
        self.chance.shuffle(names)
        return {attribute: spell(attribute) for attribute in names}

    def _choose_type(self, attribute: str) -> pyarrow.DataType:
        """Choose a column's type. Only a text column can hold a value that can't be read."""
        kind = self.kinds.get(attribute, "text")
        if self.fmt != "parquet_typed" or any(_unreadable(row.get(attribute), kind) for row in self.raw):
            return pyarrow.string()
        choices = {
            "int": (pyarrow.int32(), pyarrow.int64(), pyarrow.float64()),
            "float": (pyarrow.float64(),),
            "bool": (pyarrow.bool_(),),
            "time": (pyarrow.timestamp("us"), pyarrow.timestamp("us", tz="UTC"), pyarrow.timestamp("ns", tz="UTC")),
        }
        return self.chance.choice(choices.get(kind, (pyarrow.string(),)))

    def _columns_of_one_file(self, files: int) -> list[str]:
        """Let one of several files lack a column or order them otherwise, as exports of different ages do."""
        attributes = list(self.names)
        if files > 1 and self.chance.random() < 0.5:
            self.chance.shuffle(attributes)
        known = [attribute for attribute in attributes if attribute in self.kinds]
        if files > 1 and len(known) > 1 and self.chance.random() < 0.3:
            attributes.remove(self.chance.choice(known))
        return attributes

    def _written(self, value: object, attribute: str) -> object:
        kind = self.kinds.get(attribute, "text")
        if attribute in EXTRA_ATTRIBUTES:
            value = f"kept for {self.entity.name}"
        if value is None:
            return "" if self.fmt.startswith("csv") else None
        if _unreadable(value, kind):
            return value
        typed = cast(value, kind) if kind not in ("id", "text") else value
        if not pyarrow.types.is_string(self.types[attribute]):
            return self._as_typed(typed, self.types[attribute])
        return self._as_text(typed, kind)

    def _as_typed(self, value: object, kind: pyarrow.DataType) -> object:
        if pyarrow.types.is_timestamp(kind):
            return value.replace(tzinfo=UTC) if kind.tz else value
        return float(value) if pyarrow.types.is_floating(kind) else value

    def _as_text(self, value: object, kind: str) -> str:
        if kind == "time":
            return _us_time(value) if self.fmt == "csv_us" else _iso_time(value, self.chance)
        if kind == "bool":
            words = ("true", "True", "TRUE", "1", "yes") if value else ("false", "False", "FALSE", "0", "no")
            return self.chance.choice(words)
        if kind == "int":
            return self.chance.choice((str(value), str(value), f"{value}.0"))
        return str(value)

    def _drop_undecided(self, files: list[tuple[Path, list[str], list[Row]]]) -> None:
        """Look for ties once more: dropping columns and fractions can make rows tie that did not before."""
        every = [row for _, _, rows in files for row in rows]
        kept = {id(row) for row in without_undecided(self.entity, every)}
        for _, _, rows in files:
            rows[:] = [row for row in rows if id(row) in kept]

    def _write_csv(self, path: Path, attributes: list[str], rows: list[Row]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow([self.names[name] for name in attributes])
            writer.writerows(row.values() for row in rows)

    def _write_parquet(self, path: Path, attributes: list[str], rows: list[Row]) -> None:
        schema = pyarrow.schema([(self.names[name], self.types[name]) for name in attributes])
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), path)


def _unreadable(value: object, kind: str) -> bool:
    try:
        cast(value, kind)
    except ValueError:
        return True
    return False


def _us_time(time: datetime) -> str:
    half = "AM" if time.hour < 12 else "PM"
    return f"{time.month}/{time.day}/{time.year} {time.hour % 12 or 12}:{time:%M:%S} {half}"


def _iso_time(time: datetime, chance: random.Random) -> str:
    """Write one point in time in any of the ISO spellings; a time without a zone is UTC."""
    separator = chance.choice("T ")
    if chance.random() < 0.3:
        offset = timezone(timedelta(minutes=chance.choice((0, 120, -300, 330))))
        return time.replace(tzinfo=UTC).astimezone(offset).isoformat(sep=separator)
    fraction = chance.choice(("", ".000", ".0000000")) if time.microsecond == 0 else f".{time.microsecond:06d}"
    return f"{time:%Y-%m-%d}{separator}{time:%H:%M:%S}{fraction}{chance.choice(('Z', ''))}"


def _paths(folder: Path, name: str, layout: str, suffix: str, chance: random.Random) -> list[Path]:
    """Return the files of one entity. Some systems keep the entity's name in one letter case only."""
    spelled = {"lower": name.lower(), "upper": name.upper()}.get(layout, name)
    if layout == "single" or (layout in ("lower", "upper") and chance.random() < 0.3):
        return [folder / f"{spelled}.{suffix}"]
    if layout == "nested":
        return list(_numbered(folder / spelled / "2024", (f"{month:02d}/x" for month in (7, 8)), suffix, chance))
    return list(_numbered(folder / spelled, (f"part-{number}" for number in range(3)), suffix, chance))


def _numbered(folder: Path, stems: Iterable[str], suffix: str, chance: random.Random) -> list[Path]:
    stems = list(stems)
    return [folder / f"{stem}.{suffix}" for stem in stems[: chance.randint(1, len(stems))]]

"""Splits an export into chunks of people and makes each of them, in parallel where asked for."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from . import (
    additions,
    arrivals,
    audience,
    clients,
    consent,
    dataverse,
    dataverse_people,
    dataverse_purposes,
    dataverse_tenant,
    delta,
    draw,
    events,
    forms,
    generations,
    identities,
    journeys,
    messages,
    noise,
    outbound,
    outcomes,
    people,
    records,
    surveys,
    tenant,
    truth,
    web,
)
from .columns import tables
from .plan import Plan
from .schema import Entity
from .spellings import Registry
from .tenant import REAL_TIME, WINDOW
from .writers import PartWriter, Style, merge_parts, months

ROWS_PER_RUN = 24.5  # of all entities together; a plan that is far from the wanted rows is drawn again
AIM, LEAST = 0.955, 0.92  # share of the rows that journeys should make, and the least: website visits fill the rest
COMPLETE_FROM = 2000  # from so many rows on, an export has rows of every entity
VISIT_NOISE = 0.012
PLAN_WORDS, ROW_WORDS, DROP_WORDS, FILE_WORDS = 1, 2, 3, 4  # what the generators of a chunk are for


@dataclass(frozen=True)
class Job:
    """One export: where it goes, how large it is and how it is drawn.

    `kept` holds the entities and columns to write, and with it the folder of each (relative to `out`) for the sample.
    With `names` the tables of Dataverse are written as well, for the sample beside its folder `out`, and some people
    have been merged.
    `generation` and `as_known` are explained in `generations`.
    """

    out: Path
    rows: int
    seed: int
    style: Style
    kept: dict[str, Entity]
    full: dict[str, Entity]
    truth: Path | None = None
    by_family: bool = False
    names: bool = False
    generation: str = generations.CURRENT
    as_known: bool = False
    added_columns: bool = False

    def chunk_rows(self) -> list[int]:
        """Return the rows of each chunk; they add up to `rows` and depend on nothing else."""
        size = int(np.clip(self.rows // 8, 250_000, 1_000_000))
        count = max(1, round(self.rows / size))
        return [self.rows // count + (number < self.rows % count) for number in range(count)]


@dataclass
class Draft:
    """The plan of a chunk with the noise of each of its moments."""

    plan: Plan
    noises: list[noise.Noise]

    def counts(self) -> dict[str, np.ndarray]:
        """Return, by entity, the counts that the truth about interactions has."""
        found: dict[str, np.ndarray] = {}
        for moment, added in zip(self.plan.moments, self.noises, strict=True):
            counted = np.array(
                [len(moment) + len(added), len(moment), added.repeats, added.older, added.rows_without_id]
            )
            found[moment.entity] = found.get(moment.entity, 0) + counted
        return found


def _draw(job: Job, chunk: int, runs: int, floor: int, attempt: int) -> Draft:
    """Draw the plan of a chunk with `runs` real-time runs, without its website visits."""
    rng = draw.generator(job.seed, chunk, PLAN_WORDS, attempt)
    world = tenant.build(job.seed, job.rows)
    crowd = people.build(rng, world, max(24, round(runs * 0.6)))
    plan = Plan(rng, world, crowd, floor, is_first=chunk == 0)
    everyone = plan.add_places(np.arange(len(crowd)), engine=REAL_TIME)
    plan.offer("persons", everyone, rng.integers(WINDOW[0], WINDOW[1], len(crowd)))
    steps = journeys.simulate(plan, runs)
    activities = outbound.simulate(plan, round(runs * 0.3) + 6 + 20 * floor)
    messages.simulate(plan, steps, activities, job.full)
    for module in (forms, events, surveys, audience, outcomes, records, web, arrivals):
        module.simulate(plan)
    clients.decide(plan, plan.moments, job.full)
    return Draft(plan, [noise.build(rng, moment) for moment in plan.moments])


def draft(job: Job, chunk: int, rows: int) -> Draft:
    """Draw the plan of a chunk of exactly `rows` rows: journeys and all that, then website visits for the rest.

    A chunk too small for that many rare outcomes gets fewer of them.
    """
    floor = int(np.clip(rows // 2000, 1, 20)) if rows >= 800 else 0
    runs = max(4, int(rows * AIM / ROWS_PER_RUN) - 30 * floor)
    best, most = None, 0
    for attempt in range(40):
        drawn = _draw(job, chunk, runs, floor, attempt)
        counts = drawn.counts()
        total = int(sum(counted[0] for counted in counts.values()))
        if total <= rows and len(counts) > most:
            best, most, left = drawn, len(counts), rows - total
        complete = rows < COMPLETE_FROM or len(counts) >= len(job.full) - 1  # the visits come later
        if complete and total <= rows and (total >= rows * LEAST or attempt >= 5):
            return _with_visits(job, drawn, rows - total)
        runs += int((rows * AIM - total) / ROWS_PER_RUN)
        if runs < 20:  # there is no room for so many rare outcomes
            runs, floor = (20, max(floor - 1, 1)) if rows >= COMPLETE_FROM else (max(1, runs // 2 + 4), 0)
    return _with_visits(job, best, left) if best else _only_visits(job, chunk, rows)


def _only_visits(job: Job, chunk: int, rows: int) -> Draft:
    """Return a plan of website visits alone, for a chunk too small for a journey."""
    rng = draw.generator(job.seed, chunk, PLAN_WORDS)
    world = tenant.build(job.seed, job.rows)
    plan = Plan(rng, world, people.build(rng, world, 4), 0)
    place = plan.add_places(np.arange(4), engine=REAL_TIME)
    for pool in ("persons", "outbound_clicks"):
        plan.offer(pool, place, rng.integers(WINDOW[0], WINDOW[1], 4))
    return _with_visits(job, Draft(plan, []), rows)


def _with_visits(job: Job, drawn: Draft, rows: int) -> Draft:
    """Add website visits of `rows` rows in all, with their repeats."""
    added = round(rows * VISIT_NOISE)
    if rows:
        web.fill(drawn.plan, rows - added)
        clients.decide(drawn.plan, drawn.plan.moments[-1:], job.full)
        drawn.noises.append(noise.build(drawn.plan.rng, drawn.plan.moments[-1], added))
    return drawn


def write_chunk(job: Job, chunk: int, rows: int) -> tuple[Counter, dict[str, np.ndarray]]:
    """Write one chunk: part files for each entity, and its part of the truth.

    Returns the rows written to each table, and the counts by entity that the truth has.
    """
    drawn = draft(job, chunk, rows)
    plan = drawn.plan
    merged = identities.merges(job.seed, chunk, plan.people) if job.names else None
    recipients = identities.Recipients.of(plan, merged)
    ids = Registry(plan, recipients)
    rng = draw.generator(job.seed, chunk, ROW_WORDS)
    counts = drawn.counts()
    by_entity: dict[str, list[int]] = {}
    for number, moment in enumerate(plan.moments):
        by_entity.setdefault(moment.entity, []).append(number)
    written = Counter()
    for name, entity in job.kept.items():
        beside = [] if job.as_known else generations.columns_beside(entity, job.generation)
        made = (
            table
            for number in by_entity.get(name, [])
            for table in tables(plan, ids, entity, plan.moments[number], drawn.noises[number], rng, beside)
        )
        written += _write_entity(job, chunk, entity, made)
    changes = consent.changes_of(plan, dataverse_purposes.of_messages(plan.tenant) if merged else {})
    leads = identities.qualified_leads(job.seed, chunk, plan.people) if job.names else None
    known = _write_names(job, chunk, plan, merged, leads, changes) if merged else {}
    if job.truth:
        outcomes.record_conversions(plan, leads.human() if leads else np.arange(len(plan.people)))
        consent.record(plan, changes)
        for name, table in (truth.tables(plan, recipients) | known).items():
            pq.write_table(table, _truth_part(job.truth, name, chunk))
    return written, counts


def _write_names(
    job: Job, chunk: int, plan: Plan, merged: identities.Merges, leads: identities.Leads, changes: list[dict]
) -> dict[str, pa.Table]:
    """Write the records of a chunk's people, and in the first chunk the tenant's. Returns the truth about them."""
    made = [dataverse_people.of_people(job.seed, chunk, plan.tenant, plan.people, merged, leads, changes)]
    if chunk == 0:
        made.append(dataverse_tenant.of_tenant(job.seed, plan.tenant))
    written = [tables.arrow() for tables in made]
    for name in dataverse.TABLES:
        rows = pa.concat_tables([tables[name] for tables in written])
        if rows.num_rows:
            path = job.out.parent / "dataverse" / f"{name}.csv"
            if not job.by_family:
                path = job.out / name / f"part-{chunk:05d}.{job.style.suffix}"
            with PartWriter(path, rows.schema, job.style) as writer:
                writer.write(rows)
    known = [tables.arrow_truth() for tables in made]
    return {name: pa.concat_tables([tables[name] for tables in known]) for name in dataverse.SCHEMAS}


def _write_entity(job: Job, chunk: int, entity: Entity, made: Iterable[pa.Table]) -> Counter:
    """Write the rows of one entity where and as the job wants them. Returns the rows written to each table."""
    writings = generations.writings(entity, job.generation, as_known=job.as_known)
    written = Counter()
    with ExitStack() as opened:
        writers: dict[Path, PartWriter] = {}
        for made_rows in made:
            table = additions.with_added(made_rows, entity.name) if job.added_columns else made_rows
            for writing in writings:
                for path, rows in _placed(job, chunk, entity, writing, writing.rows(table)):
                    if path not in writers:
                        writers[path] = opened.enter_context(PartWriter(path, rows.schema, job.style))
                    writers[path].write(rows)
                    written[writing.table] += len(rows)
    return written


def _placed(
    job: Job, chunk: int, entity: Entity, writing: generations.Writing, rows: pa.Table
) -> Iterator[tuple[Path, pa.Table]]:
    """Split rows by the file that they belong to; no rows, no file."""
    folder, name = job.out / writing.table, f"part-{chunk:05d}{writing.label}.{job.style.suffix}"
    if not len(rows):
        return
    if job.by_family:
        yield job.out / entity.family / f"{entity.name}.csv", rows
    elif job.style.layout == "nested":
        for month, part in months(rows).items():
            yield folder / month / name, part
    elif job.style.format == "delta" and delta.is_partitioned(writing.table):
        for month, part in months(rows).items():
            yield folder / delta.partition_folder(month) / name, part
    elif job.style.layout == "outbound":
        words = draw.generator(job.seed, chunk, FILE_WORDS, crc32(f"{writing.table}{writing.label}".encode()))
        yield folder / draw.guids(words, 1)[0].as_py(), rows
    else:
        yield folder / name, rows


def _truth_part(folder: Path, name: str, chunk: int) -> Path:
    return folder / f".{name}-{chunk:05d}.parquet"


def run(job: Job, workers: int, on_progress: Callable[[int], None]) -> Counter:
    """Write the whole export with `workers` processes and return the rows of each table.

    `on_progress` gets the rows of each chunk when it is done.

    Files and truth are the same for every number of workers. Raises OSError where a file cannot be written.
    """
    sizes = job.chunk_rows()
    job.out.mkdir(parents=True, exist_ok=True)
    if job.truth:
        job.truth.mkdir(parents=True, exist_ok=True)
    written, totals = Counter(), {}
    for chunk, (rows, counts) in _chunk_results(job, sizes, workers):
        written += rows
        for name, counted in counts.items():
            totals[name] = totals.get(name, 0) + counted
        on_progress(sizes[chunk])
    _finish_files(job)
    if job.truth:
        _finish_truth(job, len(sizes), totals)
    return written


def _chunk_results(job: Job, sizes: list[int], workers: int):
    """Yield the number and the counts of each chunk as it is done."""
    if workers == 1 or len(sizes) == 1:
        for chunk, rows in enumerate(sizes):
            yield chunk, write_chunk(job, chunk, rows)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(sizes)), mp_context=context, initializer=_quiet_worker) as pool:
        waiting = {pool.submit(write_chunk, job, chunk, rows): chunk for chunk, rows in enumerate(sizes)}
        try:
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _quiet_worker() -> None:
    """Keep Arrow to one thread per process: the processes are the parallel part."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def _finish_files(job: Job) -> None:
    """Join the parts of each entity or make them a Delta table, where the style asks for it."""
    if job.by_family or (job.style.layout != "file" and job.style.format != "delta"):
        return
    for folder in sorted(path for path in job.out.iterdir() if path.is_dir()):
        if job.style.layout == "file":
            merge_parts(sorted(folder.iterdir()), job.out / f"{folder.name}.{job.style.suffix}")
            folder.rmdir()
        else:
            delta.make_table(folder)


def _finish_truth(job: Job, chunks: int, totals: dict[str, np.ndarray]) -> None:
    """Join the truth of all chunks, table by table, and add the rows of each entity."""
    for name, schema in (truth.SCHEMAS | dataverse.SCHEMAS).items():
        parts = [_truth_part(job.truth, name, chunk) for chunk in range(chunks)]
        with pq.ParquetWriter(job.truth / f"{name}.parquet", schema, compression="zstd") as writer:
            for part in filter(Path.exists, parts):
                writer.write_table(pq.read_table(part))
                part.unlink()
    names = sorted(totals)
    columns = [names, *np.array([totals[name] for name in names]).T]
    pq.write_table(
        pa.Table.from_arrays([pa.array(column) for column in columns], schema=truth.INTERACTIONS),
        job.truth / "interactions.parquet",
    )


def thinned(entities: dict[str, Entity], seed: int, entity_share: float, column_share: float) -> dict[str, Entity]:
    """Return `entities` without a random share of them and of their columns; the same for the same seed."""
    rng = draw.generator(seed, DROP_WORDS, 99)
    kept = {}
    for name, entity in entities.items():
        stays, columns = rng.random() >= entity_share, rng.random(len(entity.columns)) >= column_share
        columns[rng.integers(len(columns))] = True
        if stays:
            chosen = {
                column: kind for (column, kind), keep in zip(entity.columns.items(), columns, strict=True) if keep
            }
            kept[name] = Entity(name, entity.family, chosen)
    return kept or dict(list(entities.items())[:1])

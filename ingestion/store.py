"""Writes events and what they say of the graph, together, in grouped commits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DataError, IntegrityError, connection, transaction

from clouds.keys import Admission
from lineage import wire
from lineage.identity import digest, node_key
from lineage.observation import Observation, Ref
from lineage.questions import Question, Questions
from lineage.record import Plan, lock, record
from lineage.upsert import Batch, Upsert, any_of, as_list, moment_as_text

from . import admission
from .commit import GroupCommit
from .models import RawEvent
from .own_connection import own_connection
from .parse import Event

STORED, DUPLICATE = "stored", "duplicate"
# What a commit finds out about an item besides: its run is refused; its sender's rights have changed.
REFUSED, LAPSED = "refused", "lapsed"

NO_WARNINGS = "[]"
RAW_EVENT = Upsert(
    RawEvent,
    "organization_id cloud_id project_id api_key_id digest event_at received_at kind event_type job run subject"
    " producer warnings body shared",
    "event_at digest",
    returning="digest",
)
# One by one, as in lineage/nodes.py: a plan that was made while the table was small would walk it.
KNOWN = """
    unnest(%s::timestamptz[], %s::uuid[]) AS said(at, by)
    JOIN LATERAL (
        SELECT digest FROM ingestion_rawevent WHERE event_at = said.at AND digest = said.by LIMIT 1
    ) AS event ON true
"""
KNOWN_IN_SQLITE = """
    json_each(%s) AS said CROSS JOIN ingestion_rawevent AS event
    WHERE event_at = json_extract(said.value, '$[0]') AND digest = json_extract(said.value, '$[1]')
"""


class Unstorable(Exception):
    """The database refuses this event, and it alone: a fault of the event that no check found."""


@dataclass(slots=True)
class Item:
    """An event on its way into the store: its raw row (in RAW_EVENT's order) and what it says.

    `admission` is to be checked again, None where it need not be; `refusal` is the key of the RefusedRun that
    would refuse it, if any.
    """

    row: list
    seen: Observation
    digest: str
    admission: Admission | None = None
    refusal: str | None = None


def item(event: Event, seen: Observation, admission: Admission, at: datetime) -> Item:
    cloud_id = admission.cloud.pk
    key = digest(cloud_id, event.digest)
    seen.shared = event.shared
    row = [
        seen.organization_id,
        cloud_id,
        seen.outline.project_id,
        admission.key.pk if admission.key else None,
        key,
        event.at,
        at,
        event.kind,
        event.event_type,
        about(event),
        event.run_id.replace("-", "") if event.run_id else None,
        None if event.run_id else node_key(subject(seen)),
        event.producer,
        json.dumps(event.warnings) if event.warnings else NO_WARNINGS,
        event.own,
        event.shared[0],
    ]
    return Item(row, seen, key)


def about(event: Event) -> str:
    """The job, or the dataset of an event without one, as people look for it."""
    if event.dataset:
        return f"{event.dataset.namespace}/{event.dataset.name}"
    return f"{event.job_namespace}/{event.job_name}"


def subject(seen: Observation) -> Ref:
    """What an event without a run describes: a job, or a dataset."""
    return seen.outline.workload or seen.outline.nodes[0].ref


def write(items: list[Item], planned: Plan | None = None) -> list[str]:
    with own_connection():
        return written(items, planned)


def written(items: list[Item], planned: Plan | None = None) -> list[str]:
    """Stores the new ones of the items in one transaction. Returns STORED, DUPLICATE, REFUSED or LAPSED for each.
    `planned` is what `prepare` gave for them, if it was asked."""
    unchecked = unique(items)
    planned = planned or plan(unchecked)
    if len(unchecked) == len(items) and planned.is_simple():
        questions = Questions()
        Verdicts(items, questions)
        late = planned.write_if_expected(questions)
        if late is not None:
            return [DUPLICATE if item.digest in late else STORED for item in items]
        planned = plan(unchecked)
    with transaction.atomic():
        lock({item.seen.organization_id for item in items})
        questions = Questions()
        planned.ask(questions)
        results = Verdicts(items, questions).read()
        fresh = [each for each, result in zip(items, results, strict=True) if result is STORED]
        if len(fresh) == len(unchecked):
            planned.write()
        elif fresh:
            record([each.seen for each in fresh], locked=True, also=[raw_events(fresh)])
    return results


def prepare(items: Sequence[Item]) -> Plan | None:
    """What can be made before its turn of many items. SQLite works in this process, and gains nothing by it."""
    return plan(unique(items)) if connection.vendor == "postgresql" else None


def plan(items: list[Item]) -> Plan:
    return Plan([each.seen for each in items], [raw_events(items)])


def unique(items: Sequence[Item]) -> list[Item]:
    """The first of each event."""
    return list({item.digest: item for item in reversed(items)}.values())[::-1]


def raw_events(items: list[Item]) -> Batch:
    batch = RAW_EVENT.batch()
    for item in items:
        batch.add(*item.row)
    return batch


class Verdicts:
    """What is to become of each item, going by what is stored."""

    def __init__(self, items: list[Item], questions: Questions):
        self.items = items
        self.standing = admission.Standing([each.admission for each in items if each.admission], questions)
        refusals = {each.refusal for each in items if each.refusal}
        self.refused = asked(questions, "clouds_refusedrun", "key", refusals)
        self.known = known_events(questions, items)

    def read(self) -> list[str]:
        lapsed, refused, known = self.standing.lapsed(), found(self.refused), found(self.known)
        results = []
        for each in self.items:
            if id(each.admission) in lapsed:
                results.append(LAPSED)
            elif each.refusal in refused:
                results.append(REFUSED)
            elif each.digest in known:
                results.append(DUPLICATE)
            else:
                results.append(STORED)
                known.add(each.digest)
        return results


def asked(questions: Questions, table: str, column: str, hashes) -> Question:
    return questions.ask(f"{table} WHERE {any_of(column, 'uuid')}", as_list(hashes), hash=column)


def known_events(questions: Questions, items: list[Item]) -> Question:
    moments, digests = [item.seen.at for item in items], [item.digest for item in items]
    if connection.vendor == "postgresql":
        return questions.ask(KNOWN, wire.moments(moments), wire.uuids(digests), hash="digest")
    pairs = zip(map(moment_as_text, moments), digests, strict=True)
    return questions.ask(KNOWN_IN_SQLITE, json.dumps(list(pairs)), hash="digest")


def found(question: Question) -> set[str]:
    return {hash for _, hash, *_ in question.rows()}


commits = GroupCommit(write, prepare)


def store(items: list[Item]) -> list[str]:
    """As `write`, sharing a commit with other requests. Raises Unstorable where an item is at fault."""
    try:
        return commits.submit(items)
    except (DataError, IntegrityError, ValueError) as error:
        if len(items) > 1:
            raise
        raise Unstorable(str(error).split("\n")[0]) from error

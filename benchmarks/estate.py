"""An estate of a million edges, or of a million datasets, written straight into the tables by the database itself.

Workloads read and write skewed choices of datasets; each has one run, which its inputs and outputs name. The last
workload, the hub, has written a tenth of all edges.
"""

import uuid
from dataclasses import dataclass

from django.db import connection

from clouds.projects import project_for
from lineage.kinds import AssociationType, Entity, Kind, Role
from lineage.models import ALWAYS, NEVER

from .console import Console, progress

PROJECTS, CREATORS = 20, 500
COPIED = ("lineage_node", "lineage_sighting", "lineage_edge", "lineage_run", "lineage_runio")
# Two shuffles of the whole numbers to [0, 1): large primes, so that neither repeats itself before a billion.
SHUFFLED = "((({i} * {prime}) % 1000000007) / 1000000007.0)"


@dataclass
class Estate:
    """Datasets have the ids 1 to `datasets`, workloads those after; `hub` is the last one."""

    datasets: int
    workloads: int
    edges: int

    @property
    def hub(self) -> int:
        return self.datasets + self.workloads


class Loader:
    def __init__(self, console: Console, estate: Estate):
        self.estate, self.cloud = estate, console.cloud
        self.pg = connection.vendor == "postgresql"
        self.projects = [project_for(self.cloud, f"team-{i}").pk for i in range(PROJECTS)]

    def load(self) -> None:
        total = self.estate.datasets + self.estate.workloads
        organization = self.cloud.organization_id
        kind = f"CASE WHEN i <= {self.estate.datasets} THEN {{0}} ELSE {{1}} END"
        name = kind.format("'warehouse/area/table_' || i", "'nightly.job_' || i")
        self.fill("node", total, {
            "id": "i",
            "organization_id": organization,
            "entity": kind.format(int(Entity.DATASET), int(Entity.JOB)),
            "namespace": kind.format("'s3://lake-' || i % 7", "'team-' || i % 20"),
            "name": name,
            "key": self.hashed("i", 1),
            "kind": kind.format(int(Kind.DATASET), int(Kind.WORKLOAD)),
            "shown": self.true,
        })  # fmt: skip
        self.fill("sighting", total, {
            "organization_id": organization,
            "project_id": self.project("i"),
            "node_id": "i",
            "root_id": "i",
            "kind": kind.format(int(Kind.DATASET), int(Kind.WORKLOAD)),
            "shown": self.true,
            "sort_name": name,
            "created_at": self.moment("i"),
            "creator": f"'owner' || (i % {CREATORS}) || '@example.com'",
            "creator_stamp": self.constant(ALWAYS),
            "type": kind.format("'parquet'", "'job'"),
            "type_stamp": self.hashed("i", 2),
            "last_run_stamp": self.constant(NEVER),
        })  # fmt: skip
        self.runs()
        self.links()

    def runs(self) -> None:
        """A run of each workload. Its id is made of the workload's, so that RunIO can name it."""
        self.fill("run", self.estate.workloads, {
            "id": self.hashed(f"(i + {self.estate.datasets})", 3),
            "organization_id": self.cloud.organization_id,
            "project_id": self.project(f"(i + {self.estate.datasets})"),
            "uuid": self.hashed(f"(i + {self.estate.datasets})", 3),
            "external_id": "''",
            "workload_id": f"i + {self.estate.datasets}",
            "operation": "''",
            "session": "''",
            "cluster_id": "''",
            "said_stamp": self.hashed("i", 4),
            "state": "'COMPLETE'",
            "state_stamp": self.hashed("i", 4),
            "first_at": self.moment("i"),
            "parent_stamp": self.constant(NEVER),
        })  # fmt: skip

    def links(self) -> None:
        """Edges, and for each the RunIO that it rolls up. The last tenth are the hub's outputs."""
        estate, first_of_hub = self.estate, int(self.estate.edges * 0.9)
        u, v = SHUFFLED.format(i="i", prime=618033989), SHUFFLED.format(i="i", prime=754877669)
        hub = f"CASE WHEN i > {first_of_hub} THEN {{0}} ELSE {{1}} END"
        skewed = f"1 + {self.whole(f'{u} * {u} * {u} * {estate.datasets - 1}')}"
        dataset = hub.format(f"1 + (i - {first_of_hub}) % {estate.datasets}", skewed)
        usual = f"{estate.datasets + 1} + {self.whole(f'{v} * {v} * {estate.workloads - 2}')}"
        reads = f"(i % 2 = 0 AND i <= {first_of_hub})"
        numbers = f"SELECT i, {dataset} AS d, {hub.format(estate.hub, usual)} AS w, {reads} AS reads FROM numbers"
        both = {"project_id": self.project("w"), "first_at": self.moment("i")}
        source, target = "CASE WHEN reads THEN d ELSE w END", "CASE WHEN reads THEN w ELSE d END"
        types = f"CASE WHEN reads THEN {int(AssociationType.CONTRIBUTED_TO)} ELSE {int(AssociationType.PRODUCED)} END"
        ends = {"source_id": source, "source_root_id": source, "target_id": target, "target_root_id": target}
        self.fill("edge", estate.edges, {**both, **ends, "type": types}, numbers)
        self.fill("runio", estate.edges, {
            **both,
            "id": self.hashed("i", 5),
            "run_id": self.hashed("w", 3),
            "workload_id": "w",
            "node_id": "d",
            "role": f"CASE WHEN reads THEN {int(Role.INPUT)} ELSE {int(Role.OUTPUT)} END",
            "facets_stamp": self.constant(NEVER),
            "io_facets_stamp": self.constant(NEVER),
        }, numbers)  # fmt: skip

    def fill(self, table: str, count: int, values: dict, numbers: str = "SELECT i FROM numbers") -> None:
        """Inserts `count` rows, the values being SQL over i = 1, 2, …; an edge that is there already is left out."""
        progress(f"{count:,} rows of {table}")
        start = f"WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {count})"
        if self.pg:
            start = f"WITH numbers AS (SELECT generate_series(1, {count}::bigint) AS i)"
        select = ", ".join(map(str, values.values()))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO lineage_{table} ({', '.join(values)}) {start}, drawn AS ({numbers}) "
                f"SELECT {select} FROM drawn WHERE true ON CONFLICT DO NOTHING"
            )

    @property
    def true(self) -> str:
        return "true" if self.pg else "1"

    def whole(self, number: str) -> str:
        return f"floor({number})::bigint" if self.pg else f"CAST({number} AS INTEGER)"

    def hashed(self, number: str, salt: int) -> str:
        """A UUID of a number."""
        if self.pg:
            return f"md5('{salt} ' || {number})::uuid"
        return f"printf('%08x%08x%016x', ({number}) * 2654435761 % 4294967296, {salt}, {number})"

    def constant(self, value: uuid.UUID) -> str:
        return f"'{value}'::uuid" if self.pg else f"'{value.hex}'"

    def project(self, number: str) -> str:
        """The projects have ids one after another: the database was empty."""
        return f"{self.projects[0]} + {number} % {PROJECTS}"

    def moment(self, number: str) -> str:
        if self.pg:
            return f"timestamptz '2025-01-01Z' + {number} * interval '1 second'"
        return f"strftime('%Y-%m-%d %H:%M:%S', 1735689600 + {number}, 'unixepoch')"


def load(console: Console, estate: Estate) -> Estate:
    Loader(console, estate).load()
    if connection.vendor == "postgresql":
        progress("vacuum, analyze")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return estate

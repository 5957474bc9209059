"""How each table of the graph is upserted: its columns in the order of the rows, its key, its rules."""

from .models import (
    Body,
    Edge,
    Flow,
    Node,
    NodeFacets,
    NodeWords,
    Parentage,
    Run,
    RunFacets,
    RunIO,
    Sighting,
    Symlink,
    Trait,
    Version,
)
from .upsert import Earliest, Greatest, Latest, Least, Move, Upsert

# The first number of PostgreSQL's advisory locks taken here; the second is the organization's id.
LOCK = 20261121

NODE = Upsert(
    Node,
    "organization_id entity namespace name key kind shown",
    "organization_id key",
    Greatest("kind"),
    Greatest("shown"),
)
# Of nodes that have their ids before they are written (nodes.Nodes.foresee).
NEW_NODE = Upsert(Node, "id organization_id entity namespace name key kind shown", "organization_id key")
BODY = Upsert(Body, "digest text", "digest")
SIGHTING = Upsert(
    Sighting,
    "organization_id project_id node_id root_id kind shown sort_name created_at creator creator_stamp"
    " type type_stamp last_run last_run_stamp",
    "node_id project_id",
    Least("created_at"),
    Earliest("creator_stamp", "creator"),
    Latest("type_stamp", "type"),
    Latest("last_run_stamp", "last_run"),
)
NODE_FACETS = Upsert(
    NodeFacets, "node_id project_id keys body stamp", "node_id project_id keys", Latest("stamp", "body")
)
# Of nodes of which nothing new is said.
NODE_FACETS_AGAIN = Move(
    NodeFacets, "node_id project_id keys body stamp", "node_id project_id keys", Latest("stamp", "body")
)
LAST_RUN = Move(
    Sighting, "node_id project_id last_run last_run_stamp", "node_id project_id", Latest("last_run_stamp", "last_run")
)
NODE_WORDS = Upsert(NodeWords, "node_id project_id digest text", "node_id project_id digest")
RUN = Upsert(
    Run,
    "id organization_id project_id uuid external_id workload_id operation session cluster_id said_stamp"
    " state state_stamp first_at started_at ended_at nominal_start nominal_end parent parent_stamp",
    "id",
    Latest("said_stamp", "project_id", "external_id", "workload_id", "operation", "session", "cluster_id"),
    Latest("state_stamp", "state", "ended_at"),
    Least("first_at"),
    Least("started_at"),
    Least("nominal_start"),
    Least("nominal_end"),
    Latest("parent_stamp", "parent"),
)
RUN_FACETS = Upsert(
    RunFacets, "run_id keys job_keys body job_body stamp", "run_id keys job_keys", Latest("stamp", "body", "job_body")
)
VERSION = Upsert(
    Version,
    "id node_id label first_at facets facets_stamp",
    "id",
    Least("first_at"),
    Latest("facets_stamp", "facets"),
)
RUN_IO = Upsert(
    RunIO,
    "id run_id workload_id node_id role version_id project_id facets first_at facets_stamp io_facets io_facets_stamp",
    "id",
    Least("first_at"),
    Latest("facets_stamp", "facets"),
    Latest("io_facets_stamp", "io_facets"),
)
EDGE = Upsert(
    Edge,
    "source_id target_id source_root_id target_root_id type project_id first_at",
    "source_id target_id type project_id",
    Least("first_at"),
)
FLOW = Upsert(
    Flow,
    "id run_id workload_id input_id output_id basis project_id columns first_at columns_stamp",
    "id",
    Least("first_at"),
    Latest("columns_stamp", "columns"),
)
SYMLINK = Upsert(Symlink, "one_id other_id project_id first_at", "one_id other_id project_id", Least("first_at"))
PARENTAGE = Upsert(Parentage, "child_id parent_id first_at", "child_id parent_id", Least("first_at"))
TRAIT = Upsert(
    Trait,
    "node_id project_id kind shown type declared first_at",
    "node_id project_id kind shown type declared",
    Least("first_at"),
)

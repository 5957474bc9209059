import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.normalise import Context, claimed_cloud, claimed_project, cluster_of, normalise
from ingestion.parse import Invalid, parse
from lineage.kinds import AssociationType, Entity, Kind, Role
from lineage.observation import Observation, Ref
from tests.events import (
    DATA,
    all_recorded,
    facet,
    make_dataset,
    make_dataset_event,
    make_event,
    make_job_event,
    make_workload,
    spoil,
)

NOW = datetime(2026, 5, 2, tzinfo=UTC)
RUN, PARENT, ROOT = (f"0197a000-0000-7000-8000-00000000000{i}" for i in (1, 2, 3))


def see(event: dict, bound: str = "", asked: list | None = None) -> Observation:
    def project(name: str) -> int:
        if asked is not None:
            asked.append(name)
        return 7

    context = Context(1, "acme", "default", project, bound, "key@example.org")
    return normalise(parse(json.dumps(event).encode()), context, NOW)


def dataset(name: str, namespace: str = "s3://bucket") -> Ref:
    return Ref(Entity.DATASET, namespace, name)


def job(name: str = "job", namespace: str = "tests") -> Ref:
    return Ref(Entity.JOB, namespace, name)


def node(seen: Observation, ref: Ref):
    return next(each for each in seen.outline.nodes if each.ref == ref)


def io(seen: Observation) -> list[tuple[str, str, str]]:
    return [(each.role.name, each.ref.name, each.version) for each in seen.outline.io]


# The workload


def test_without_workload_facet_the_job_is_the_workload():
    asked = []
    seen = see(make_event(["a"], ["b"], run=RUN), asked=asked)
    workload = node(seen, job())
    assert seen.outline.workload == job()
    assert (workload.kind, workload.type, workload.declared) == (Kind.WORKLOAD, "job", False)
    assert workload.creator == "key@example.org"
    assert (seen.outline.project_id, asked) == (7, ["tests"])
    assert (seen.run.uuid, seen.run.state, seen.run.operation, seen.run.session) == (RUN, "COMPLETE", "", "")


def test_job_type_service_makes_a_service():
    seen = see(make_event(job_facets={"jobType": facet(processingType="SERVICE", integration="RAY")}))
    assert (node(seen, job()).type, node(seen, job()).declared) == ("service", True)


def test_creator_is_the_first_owner_of_the_job():
    owners = [{"name": "ana@example.org", "type": "OWNER"}, {"name": "ben@example.org"}]
    seen = see(make_event(["a"], job_facets={"ownership": facet(owners=owners)}))
    assert {each.creator for each in seen.outline.nodes} == {"ana@example.org"}


def test_dataset_with_owners_is_theirs():
    seen = see(make_event([make_dataset("a", ownership=facet(owners=[{"name": "team:data"}]))]))
    assert node(seen, dataset("a")).creator == "team:data"


def test_workload_facet_names_the_workload():
    asked = []
    facets = make_workload("nightly", "Service", "svc_1", projectName="churn", projectId="prj_1", ownerEmail="ana@x.io")
    seen = see(make_event(["a"], facets=facets, job="op"), asked=asked)
    ref = job("nightly", "lineage://default/churn/service")
    assert seen.outline.workload == ref
    assert (node(seen, ref).type, node(seen, ref).declared, node(seen, ref).creator) == ("service", True, "ana@x.io")
    assert (seen.run.operation, seen.run.session, asked) == ("tests/op", "svc_1", ["churn"])
    assert job("op") not in {each.ref for each in seen.outline.nodes}
    assert node(seen, dataset("a")).creator == "ana@x.io"


def test_workload_without_a_name_goes_by_its_id():
    seen = see(make_event(facets=make_workload("", id="job_9")))
    assert seen.outline.workload == job("job_9", "lineage://default/default/job")


def test_workload_facet_without_name_and_id_leaves_the_job():
    seen = see(make_event(facets={"lc_workload": facet(type="job")}))
    assert (seen.outline.workload, seen.run.operation) == (job(), "")


def test_workload_facet_that_is_no_object_is_disregarded():
    assert see(make_event(facets={"lc_workload": "nightly"})).outline.workload == job()


def test_unknown_workload_type_is_a_job_with_a_warning():
    event = parse(json.dumps(make_event(facets=make_workload(type="notebook"))).encode())
    seen = normalise(event, Context(1, "acme", "default", lambda name: 7), NOW)
    assert seen.outline.workload.namespace.endswith("/job")
    assert event.warnings[0].startswith("$.run.facets.lc_workload.type:")


def test_slashes_in_project_names_do_not_run_together():
    seen = see(make_event(facets=make_workload(projectName="a/b%")))
    assert seen.outline.workload.namespace == "lineage://default/a%2Fb%25/job"


def test_project_of_the_key_comes_first():
    asked = []
    seen = see(make_event(facets=make_workload(projectName="churn")), "bound", asked)
    assert seen.outline.workload.namespace == "lineage://default/bound/job"
    see(make_event(), "bound", asked)
    see(make_dataset_event(make_dataset("a")), "bound", asked)
    see(make_dataset_event(make_dataset("a")), "", asked)
    assert asked == ["bound", "bound", "bound", "default"]


def test_claims_are_read_from_the_workload_facet():
    facets = make_workload(cloudId="gpu", projectId="prj", clusterId="ses_1", clusterStartedAt="2026-05-01T10:00:00Z")
    event = parse(json.dumps(make_event(facets=facets)).encode())
    assert (claimed_cloud(event), claimed_project(event)) == ("gpu", "prj")
    assert cluster_of(event) == ("ses_1", datetime(2026, 5, 1, 10, tzinfo=UTC))
    nothing = parse(json.dumps(make_event()).encode())
    assert (claimed_cloud(nothing), claimed_project(nothing), cluster_of(nothing)) == ("", "", ("", None))


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        (make_event(), False),
        (make_event(["a"]), True),
        (make_event(outputs=["a"]), True),
        (make_event(facets=make_workload()), True),
    ],
)
def test_jobs_without_inputs_and_outputs_are_not_shown(event, shown):
    seen = see(event)
    assert node(seen, seen.outline.workload).shown is shown


# Runs


def parent_facet(namespace="airflow", name="dag.task", run=PARENT, **more) -> dict:
    return {"parent": facet(run={"runId": run}, job={"namespace": namespace, "name": name}, **more)}


def test_parent_is_linked_and_not_shown_for_itself():
    seen = see(make_event(["a"], run=RUN, facets=parent_facet()))
    assert seen.outline.parents == [(job(), job("dag.task", "airflow"))]
    assert seen.run.parent_uuid == PARENT
    assert node(seen, job("dag.task", "airflow")).shown is False


def test_root_is_the_parents_parent():
    root = {"run": {"runId": ROOT}, "job": {"namespace": "airflow", "name": "dag"}}
    seen = see(make_event(run=RUN, facets=parent_facet(root=root)))
    assert seen.outline.parents[1] == (job("dag.task", "airflow"), job("dag", "airflow"))
    assert seen.run.parent_uuid == PARENT


def test_run_is_not_its_own_parent():
    seen = see(make_event(run=RUN, facets=parent_facet("tests", "job", RUN)))
    assert (seen.outline.parents, seen.run.parent_uuid) == ([], "")


def test_parent_run_id_that_is_no_uuid_is_made_one_as_the_runs_own():
    seen = see(make_event(run="child", facets=parent_facet(run="parent")))
    assert seen.run.parent_uuid == see(make_event(run="parent")).run.uuid


def test_operations_and_the_session_of_one_workload_are_not_its_parents():
    for namespace in ("tests", "workload"):
        seen = see(make_event(run=RUN, facets=make_workload() | parent_facet(namespace, "main")))
        assert (seen.outline.parents, seen.run.parent_uuid) == ([], PARENT)
    seen = see(make_event(run=RUN, facets=make_workload() | parent_facet("airflow", "dag.submit")))
    assert seen.outline.parents == [(seen.outline.workload, job("dag.submit", "airflow"))]


@pytest.mark.parametrize("value", ["x", {"run": 5, "job": []}, {"run": {"runId": 5}}, {"job": {"namespace": "n"}}])
def test_parent_facet_of_a_wrong_shape_is_disregarded(value):
    seen = see(make_event(facets={"parent": value}))
    assert (seen.outline.parents, seen.run.parent_uuid) == ([], "")


def test_nominal_times_are_read_where_they_can_be():
    times = facet(nominalStartTime="2026-05-01T00:00:00Z", nominalEndTime="soon")
    seen = see(make_event(facets={"nominalTime": times}))
    assert (seen.run.nominal_start, seen.run.nominal_end) == (datetime(2026, 5, 1, tzinfo=UTC), None)


def test_event_time_far_in_the_future_ranks_last():
    assert see(make_event(at="9999-12-31T23:59:59Z")).ranks_last
    assert not see(make_event(at=(NOW + timedelta(days=365)).isoformat())).ranks_last


# Inputs, outputs, versions


def test_inputs_and_outputs_carry_facets_of_the_run():
    seen = see(make_event([make_dataset("a", schema=facet(), inputFacets={"inputStatistics": facet(rowCount=2)})]))
    assert list(node(seen, dataset("a")).facets) == ["schema"]
    assert (list(seen.outline.io[0].facets), list(seen.statistics[0])) == (["schema"], ["inputStatistics"])


def test_dataset_named_twice_is_one_node():
    seen = see(make_event([make_dataset("a", x=1), make_dataset("a", y=2)], [make_dataset("a", z=3)]))
    assert io(seen) == [("INPUT", "a", ""), ("OUTPUT", "a", "")]
    assert node(seen, dataset("a")).facets == {"x": 1, "y": 2, "z": 3}
    assert [each.facets for each in seen.outline.io] == [{"x": 1, "y": 2}, {"z": 3}]


def test_two_versions_in_one_event_are_two_reads():
    seen = see(make_event([make_dataset("a", version="1"), make_dataset("a", version="2")]))
    assert io(seen) == [("INPUT", "a", "1"), ("INPUT", "a", "2")]


def test_kind_is_the_greatest_said_in_the_event():
    model = make_dataset("m", datasetType=facet(datasetType="MODEL"))
    seen = see(make_event([make_dataset("m")], [model, make_dataset("m")]))
    assert (node(seen, dataset("m")).kind, node(seen, dataset("m")).type) == (Kind.MODEL, "model")


@pytest.mark.parametrize(
    ("facets", "version"),
    [
        ({"version": facet(datasetVersion="7")}, "7"),
        ({"version": facet(datasetVersion=7)}, "7"),
        ({"version": facet(version="1.0.0")}, "1.0.0"),
        ({"version": "2.0.0"}, "2.0.0"),
        ({"version": 2}, "2"),
        ({"version": True}, ""),
        ({"version": {"_deleted": True}}, ""),
        ({"version": []}, ""),
        ({"inputFacets": {"icebergScanReport": facet(snapshotId=5402876217734961731)}}, "5402876217734961731"),
        ({"lc_model": facet(version="m-1")}, "m-1"),
        ({}, ""),
    ],
)
def test_versions_are_read_from_facets(facets, version):
    assert see(make_event([make_dataset("a", **facets)])).outline.io[0].version == version


def test_iceberg_commits_are_versions_of_outputs():
    report = {"icebergCommitReport": facet(snapshotId=12)}
    assert see(make_event(outputs=[make_dataset("a", outputFacets=report)])).outline.io[0].version == "12"


LOGGED = "m-3f1c2d4e5a6b7c8d9e0f1a2b3c4d5e6f"


@pytest.mark.parametrize(
    ("name", "known_as", "version"),
    [
        ("models:/churn/3", "models:/churn", "3"),
        ("models:/churn/Production", "models:/churn", ""),
        ("models:/churn@champion", "models:/churn", ""),
        ("models:/churn", "models:/churn", ""),
        (f"models:/{LOGGED}", f"models:/{LOGGED}", LOGGED),
        ("runs:/5b1f/model", "runs:/5b1f/model", "5b1f/model"),
        ("model://churn", "model://churn", ""),
    ],
)
def test_mlflow_names_carry_versions(name, known_as, version):
    seen = see(make_event([make_dataset(name, "mlflow://host")]))
    assert (seen.outline.io[0].ref.name, seen.outline.io[0].version) == (known_as, version)
    assert node(seen, seen.outline.io[0].ref).kind == Kind.MODEL


def test_logged_model_is_a_version_of_its_registered_model():
    logged = make_dataset(f"models:/{LOGGED}", "mlflow://host", lc_model=facet(registeredName="churn"))
    seen = see(make_event(outputs=[logged]))
    registered = dataset("models:/churn", "mlflow://host")
    assert io(seen) == [("OUTPUT", "models:/churn", LOGGED)]
    assert seen.outline.symlinks == [(registered, dataset(f"models:/{LOGGED}", "mlflow://host"))]


def test_symlinks_join_other_names_but_not_the_own():
    links = [
        {"namespace": "hive://meta", "name": "db.t", "type": "TABLE"},
        {"namespace": "s3a://bucket", "name": "t", "type": "LOCATION"},
        {"namespace": "hive://meta", "name": "db.t"},
        {"namespace": "", "name": "x"},
        "x",
    ]
    seen = see(make_event([make_dataset("t", symlinks=facet(identifiers=links))]))
    assert seen.outline.symlinks == [(dataset("t"), dataset("db.t", "hive://meta"))]


def test_client_names_of_s3_are_one():
    seen = see(make_event([make_dataset("a", "s3a://bucket"), make_dataset("a", "s3n://bucket"), make_dataset("a")]))
    assert io(seen) == [("INPUT", "a", "")]


@pytest.mark.parametrize(
    ("namespace", "name", "folded"),
    [
        ("file", "/mnt/cluster_storage/a.csv", "file://job_1"),
        ("file://", "/mnt/cluster_storage/a.csv", "file://job_1"),
        ("file://10.0.0.1", "/mnt/cluster_storage", "file://job_1"),
        ("file", "/mnt/shared_storage/a.csv", "file://gpu"),
        ("file", "/mnt/cluster_storage_2/a.csv", "file"),
        ("file", "/mnt/other/a.csv", "file"),
        ("file", "/home/a.csv", "file"),
        ("files", "/mnt/cluster_storage/a.csv", "files"),
        ("s3://bucket", "/mnt/cluster_storage/a.csv", "s3://bucket"),
    ],
)
def test_local_paths_go_by_workload_and_cloud(namespace, name, folded):
    seen = see(make_event([make_dataset(name, namespace)], facets=make_workload(cloudId="gpu")))
    assert (seen.outline.io[0].ref.namespace, seen.outline.io[0].ref.name) == (folded, name)


def test_cluster_storage_of_an_unknown_workload_stays_as_named():
    inputs = [make_dataset(f"/mnt/{kind}_storage/a", "file") for kind in ("cluster", "shared")]
    assert [each.ref.namespace for each in see(make_event(inputs)).outline.io] == ["file", "file://default"]


# Other events


def test_job_event_has_inputs_and_outputs_without_a_run():
    seen = see(make_job_event(["a"], ["b"]))
    assert (seen.outline.workload, seen.run) == (job(), None)
    assert io(seen) == [("INPUT", "a", ""), ("OUTPUT", "b", "")]


def test_dataset_event_sees_a_dataset():
    seen = see(make_dataset_event(make_dataset("a", documentation=facet(description="d"))))
    assert (seen.outline.workload, seen.run, seen.outline.io) == (None, None, [])
    assert [each.ref for each in seen.outline.nodes] == [dataset("a")]


def test_dataset_event_with_lineage_is_derived():
    sources = [{"type": "DATASET", "namespace": "s3a://bucket", "name": "a", "field": "id"}]
    sources.append({"type": "JOB", "namespace": "dbt", "name": "make"})
    seen = see(make_dataset_event(make_dataset("view", lineage=facet(inputs=sources))))
    edges = [(each.source.name, each.target.name, each.type) for each in seen.outline.edges]
    assert edges == [
        ("a", "view", AssociationType.DERIVED_FROM),
        ("make", "view", AssociationType.PRODUCED),
    ]
    assert seen.outline.flows[0].columns == [["id", "", ""]]
    assert {each.ref.name for each in seen.outline.nodes} == {"view", "a", "make"}


def test_dataset_event_with_column_lineage_is_derived():
    seen = see(make_dataset_event(make_dataset("view", columnLineage=columns(("a", "x", "y")))))
    assert [(each.source.name, each.target.name) for each in seen.outline.edges] == [("a", "view")]


# Flows


def columns(*triples, type="DIRECT") -> dict:
    """A columnLineage facet of (input dataset, its field, output field)."""
    fields = {}
    for name, source, target in triples:
        item = {"namespace": "s3://bucket", "name": name, "field": source, "transformations": [{"type": type}]}
        fields.setdefault(target, {"inputFields": []})["inputFields"].append(item)
    return facet(fields=fields)


def flows(seen: Observation) -> list[tuple]:
    return [(each.basis.name, each.input.name, each.output.name, each.columns) for each in seen.outline.flows]


def test_inputs_and_outputs_are_no_product():
    seen = see(make_event([f"in{i}" for i in range(500)], [f"out{i}" for i in range(500)]))
    assert (len(seen.outline.io), seen.outline.flows, seen.outline.edges) == (1000, [], [])


def test_column_lineage_is_a_flow_for_each_pair():
    output = make_dataset("out", columnLineage=columns(("a", "x", "u"), ("a", "y", "u"), ("b", "z", "v")))
    seen = see(make_event(["a", "b", "c"], [output]))
    assert flows(seen) == [
        ("COLUMN_LINEAGE", "a", "out", [["x", "u", "DIRECT"], ["y", "u", "DIRECT"]]),
        ("COLUMN_LINEAGE", "b", "out", [["z", "v", "DIRECT"]]),
    ]
    assert io(seen) == [("INPUT", "a", ""), ("INPUT", "b", ""), ("INPUT", "c", ""), ("OUTPUT", "out", "")]


def test_input_that_only_column_lineage_names_is_an_input():
    seen = see(make_event(outputs=[make_dataset("out", columnLineage=columns(("seed", "x", "u")))]))
    assert io(seen) == [("OUTPUT", "out", ""), ("INPUT", "seed", "")]
    assert node(seen, dataset("seed")).shown


def test_versioned_input_is_not_read_again_by_its_columns():
    output = make_dataset("out", columnLineage=columns(("a", "x", "u")))
    assert io(see(make_event([make_dataset("a", version="3")], [output]))) == [
        ("INPUT", "a", "3"),
        ("OUTPUT", "out", ""),
    ]


def test_column_lineage_of_a_whole_dataset():
    whole = facet(fields={}, dataset=[{"namespace": "s3://bucket", "name": "a", "field": "k"}])
    assert flows(see(make_event(["a"], [make_dataset("out", columnLineage=whole)]))) == [
        ("COLUMN_LINEAGE", "a", "out", [["k", "", ""]])
    ]


def entry(name: str, *inputs: str, type: str = "DATASET", **more) -> dict:
    sources = [{"type": "DATASET", "namespace": "s3://bucket", "name": each} for each in inputs]
    return {"type": type, "namespace": "s3://bucket", "name": name, "inputs": sources, **more}


def with_lineage(*entries, inputs=(), outputs=(), **more) -> Observation:
    return see(make_event(inputs, outputs, job_facets={"lineage": facet(entries=list(entries))}, **more))


def test_lineage_facet_says_what_flows_into_what():
    output = make_dataset("c", columnLineage=columns(("b", "x", "y")))
    seen = with_lineage(entry("c", "a"), entry("d", "b"), inputs=["a", "b"], outputs=[output, "d"])
    assert flows(seen) == [("LINEAGE", "a", "c", []), ("LINEAGE", "b", "d", [])]
    assert len(seen.outline.io) == 4


def test_columns_keep_every_transformation_with_its_description_and_masking():
    source = {"namespace": "s3://bucket", "name": "a", "field": "x"}
    sums = {"type": "DIRECT", "subtype": "AGGREGATION", "description": "sum(x)", "masking": True}
    source["transformations"] = [sums, {"type": "INDIRECT", "subtype": "FILTER", "masking": False}]
    older = {"inputFields": [{**source, "transformations": []}], "transformationType": "IDENTITY"}
    fields = {"u": {"inputFields": [source]}, "v": older | {"transformationDescription": "as is"}}
    seen = see(make_event(outputs=[make_dataset("out", columnLineage={"fields": fields})]))
    assert seen.outline.flows[0].columns == [
        ["x", "u", "DIRECT", "AGGREGATION", "sum(x)", "masked"],
        ["x", "u", "INDIRECT", "FILTER"],
        ["x", "v", "IDENTITY", "", "as is"],
    ]


def test_lineage_facet_names_columns():
    source = {"type": "DATASET", "namespace": "s3://bucket", "name": "a", "field": "x"}
    source["transformations"] = [{"type": "INDIRECT", "subtype": "JOIN"}]
    seen = with_lineage(entry("c", fields={"u": {"inputs": [source]}}))
    assert flows(seen) == [("LINEAGE", "a", "c", [["x", "u", "INDIRECT", "JOIN"]])]
    assert io(seen) == [("INPUT", "a", ""), ("OUTPUT", "c", "")]


def test_lineage_entries_of_the_own_job_are_its_inputs_and_outputs():
    made = entry("made", fields={"total": {"inputs": [{"type": "JOB"}]}})
    seen = with_lineage({"type": "JOB", **{"inputs": entry("", "checked")["inputs"]}}, made, entry("alone"))
    assert io(seen) == [("INPUT", "checked", ""), ("OUTPUT", "made", ""), ("OUTPUT", "alone", "")]
    assert (seen.outline.flows, seen.outline.edges) == ([], [])


def test_lineage_entries_of_other_jobs_are_edges():
    one = {"type": "JOB", "namespace": "airflow", "name": "one"}
    two = {"type": "JOB", "namespace": "airflow", "name": "two"}
    seen = with_lineage(two | {"inputs": [one]}, entry("table") | {"inputs": [two]}, two | entry("", "t")["inputs"][0])
    edges = [(each.source.name, each.target.name, each.type.name) for each in seen.outline.edges]
    assert edges == [("one", "two", "CONTRIBUTED_TO"), ("two", "table", "PRODUCED")]
    assert node(seen, job("one", "airflow")).shown
    assert node(seen, dataset("table")).kind == Kind.DATASET


def test_lineage_entry_that_names_the_own_job_is_the_workload():
    own = {"type": "JOB", "namespace": "tests", "name": "job", "inputs": entry("", "a")["inputs"]}
    seen = with_lineage(own, facets=make_workload())
    assert (seen.outline.workload.name, io(seen)) == ("nightly", [("INPUT", "a", "")])


@pytest.mark.parametrize("value", [5, "x", {}, {"entries": 5}, {"entries": [5]}, {"_deleted": True}])
def test_lineage_facet_of_a_wrong_shape_leaves_column_lineage(value):
    output = make_dataset("out", columnLineage=columns(("a", "x", "u")))
    seen = see(make_event(["a"], [output], job_facets={"lineage": value}))
    assert flows(seen)[0][0] == "COLUMN_LINEAGE"


@pytest.mark.parametrize(
    "value",
    [
        5,
        [],
        {"fields": []},
        {"fields": {"a": 3}},
        {"fields": {"a": {"inputFields": [None, {"name": 3}]}}, "dataset": {}},
    ],
)
def test_column_lineage_of_a_wrong_shape_says_nothing(value):
    seen = see(make_event(["a"], [make_dataset("out", columnLineage=value)]))
    assert (seen.outline.flows, len(seen.outline.io)) == ([], 2)


def test_key_order_within_an_event_changes_nothing():
    output = make_dataset("out", columnLineage=columns(("a", "x", "u"), ("a", "y", "v")), feast_entity=1, mlflow_run=1)
    turned = output | {"facets": dict(reversed(output["facets"].items()))}
    fields = turned["facets"]["columnLineage"]["fields"]
    turned["facets"]["columnLineage"] = facet(fields=dict(reversed(fields.items())))
    assert see(make_event(outputs=[output], run=RUN)) == see(make_event(outputs=[turned], run=RUN))


# Whatever comes


def test_nodes_and_io_of_recorded_events_are_named_once():
    context = Context(1, "acme", "default", lambda name: 7)
    for body in all_recorded():
        seen = normalise(parse(body), context, NOW)
        refs = [each.ref for each in seen.outline.nodes]
        assert len(refs) == len(set(refs))
        touched = {each.ref for each in seen.outline.io} | {each.input for each in seen.outline.flows}
        assert touched <= set(refs)
        assert len(seen.outline.io) == len({(each.ref, each.role, each.version) for each in seen.outline.io})
        assert all(each.role in Role for each in seen.outline.io)


def test_spoiled_events_that_are_read_can_be_normalised():
    chance = random.Random(9)
    trees = [json.loads(body) for body in all_recorded()]
    facets = [json.loads(path.read_text()) for path in sorted(DATA.glob("facets/*/*.json"))]
    read = 0
    while read < 300:
        tree = json.loads(json.dumps(chance.choice(trees)))
        for holder in (tree["job"], *(tree.get("inputs") or []), *(tree.get("outputs") or [])):
            holder.setdefault("facets", {}).update(json.loads(json.dumps(chance.choice(facets))))
            spoil(holder["facets"], chance)
        spoil(tree, chance)
        try:
            seen = see(tree)
        except Invalid:
            continue
        read += 1
        assert all(isinstance(each.version, str) for each in seen.outline.io)
        assert all(each.ref.name and isinstance(each.creator, str) for each in seen.outline.nodes)

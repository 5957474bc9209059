"""Whose work it is, by variables and by Ray's metadata."""

import json
import os

import pytest
from lineage_capture import handover, identity, ray_facts, settings
from lineage_capture.ray_facts import METADATA, Connection

SESSION = "session_2026-05-04_02-00-00_123456_77"


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    identity.resolved.cache_clear()
    for names in (*identity.VARIABLES.values(), *((each[0], *each[1]) for each in identity.SESSIONS)):
        for name in names:
            monkeypatch.delenv(name, raising=False)
    yield
    identity.resolved.cache_clear()


def of(metadata: dict[str, str], application: str = "") -> identity.Workload:
    connection = Connection(SESSION, ray_facts.session_start(SESSION), tuple(sorted(metadata.items())))
    return identity.resolved(connection, application)


def test_our_variables_go_before_anyscales(monkeypatch):
    monkeypatch.setenv("ANYSCALE_PRODJOB_ID", "prodjob_1")
    monkeypatch.setenv("ANYSCALE_USER_EMAIL", "cluster@example.com")
    assert (identity.current().type, identity.current().id) == ("job", "prodjob_1")
    identity.resolved.cache_clear()
    monkeypatch.setenv("LINEAGE_WORKLOAD_ID", "mine")
    monkeypatch.setenv("LINEAGE_WORKLOAD_TYPE", "Service")
    monkeypatch.setenv("LINEAGE_OWNER_EMAIL", "ana@example.com")
    found = identity.current()
    assert (found.type, found.id, found.name, found.owner_email) == ("service", "mine", "mine", "ana@example.com")


@pytest.mark.parametrize(
    ("variable", "type"),
    [
        ("ANYSCALE_PRODJOB_ID", "job"),
        ("ANYSCALE_SERVICE_ID", "service"),
        ("ANYSCALE_EXPERIMENTAL_WORKSPACE_ID", "workspace"),
    ],
)
def test_anyscales_variables(monkeypatch, variable, type):
    monkeypatch.setenv(variable, "id_1")
    monkeypatch.setenv("ANYSCALE_CLOUD_ID", "cld_1")
    monkeypatch.setenv("ANYSCALE_PROJECT_ID", "prj_1")
    monkeypatch.setenv("ANYSCALE_ORGANIZATION_ID", "org_1")
    monkeypatch.setenv("ANYSCALE_CLUSTER_ID", "ses_1")
    facet = identity.current().facet()
    assert {facet[key] for key in ("type", "id", "cloudId", "projectId", "organizationId", "clusterId")} == {
        type,
        "id_1",
        "cld_1",
        "prj_1",
        "org_1",
        "ses_1",
    }


def test_metadata_of_a_submitted_job():
    found = of({"job_submission_id": "raysubmit_1", "job_name": "nightly", "owner_email": "ana@example.com"})
    assert (found.id, found.name, found.owner_email, found.cluster_id) == (
        "raysubmit_1",
        "nightly",
        "ana@example.com",
        SESSION,
    )


def test_a_submitted_job_without_a_name_is_known_by_its_script():
    """Ray gives it its id for a name: each night another."""
    found = of({"job_submission_id": "raysubmit_1", "job_name": "raysubmit_1"})
    assert found.name == identity.script() != "raysubmit_1"


def test_a_replica_works_for_the_job_that_deployed_it(monkeypatch):
    """It is part of the Ray job that started Serve."""
    monkeypatch.setenv("RAY_JOB_CONFIG_JSON_ENV_VAR", json.dumps({"metadata": {"job_submission_id": "raysubmit_1"}}))
    driver, handed_over = identity.current(), identity.variables()
    for name, value in handed_over.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(ray_facts, "is_worker", lambda: True)
    serves = {"job_submission_id": "raysubmit_0", "owner_email": "ops@example.com", METADATA: '{"id": "raysubmit_0"}'}
    replica = of(serves, "churn-api")
    assert (replica.type, replica.id, replica.name) == ("job", "raysubmit_1", driver.name)
    assert (replica.run_id, replica.owner_email) == (driver.run_id, "")


class Store:
    """Of a cluster."""

    def __init__(self):
        self.kept = {}

    def internal_kv_put(self, key, value, overwrite, namespace, timeout):
        self.kept[key, namespace] = value

    def internal_kv_get(self, key, namespace, timeout):
        return self.kept.get((key, namespace))


@pytest.fixture
def of_the_driver(monkeypatch):
    """A store with its settings, and what its workers' runtime_env says; the environment is a worker's then."""
    monkeypatch.setattr(os, "environ", {"OPENLINEAGE_URL": "http://console", "OPENLINEAGE_API_KEY": "very secret"})
    store = Store()
    variables = handover.give(store)
    monkeypatch.setattr(os, "environ", dict(variables))
    return store, variables


def test_settings_are_handed_over_but_not_shown(of_the_driver):
    store, variables = of_the_driver
    assert "very secret" not in str(variables)
    os.environ["OPENLINEAGE_URL"] = "http://the-workers-own"
    handover.take(store)
    assert os.environ["OPENLINEAGE_API_KEY"] == "very secret"
    assert os.environ["OPENLINEAGE_URL"] == "http://the-workers-own"
    assert handover.give(store)[settings.HANDED_OVER] != variables[settings.HANDED_OVER]


def test_a_worker_without_its_drivers_settings_captures_nothing(of_the_driver, caplog):
    assert settings.enabled()
    handover.take(Store())
    assert not settings.enabled()
    assert "nothing is captured in its workers" in caplog.text


def test_settings_may_stay_in_the_driver(monkeypatch):
    monkeypatch.setattr(os, "environ", {"OPENLINEAGE_API_KEY": "very secret", "LINEAGE_CAPTURE_PASS_ON": "false"})
    store = Store()
    assert handover.give(store) == store.kept == {}


def test_a_mere_script_declares_nothing(monkeypatch):
    monkeypatch.delenv("RAY_JOB_CONFIG_JSON_ENV_VAR", raising=False)
    assert identity.variables() == {}


def test_what_the_driver_passes_on(monkeypatch):
    monkeypatch.setenv("LINEAGE_WORKLOAD_ID", "mine")
    monkeypatch.setenv("LINEAGE_CLOUD_ID", "cld_1")
    driver, passed = identity.current(), identity.to_pass_on()
    monkeypatch.delenv("LINEAGE_WORKLOAD_ID")
    monkeypatch.delenv("LINEAGE_CLOUD_ID")
    worker = of({METADATA: passed})
    assert (worker.id, worker.cloud_id, worker.run_id) == (driver.id, driver.cloud_id, driver.run_id)
    assert worker.cluster_id == SESSION


def test_kuberays_labels(monkeypatch):
    monkeypatch.setenv("RAY_ORIGINATED_FROM_CR_NAME", "churn")
    monkeypatch.setenv("RAY_ORIGINATED_FROM_CRD", "RayService")
    monkeypatch.setenv("RAY_CLUSTER_NAME", "churn-x7k2p")
    found = of({}, "an-application-of-it")
    assert (found.type, found.id, found.name) == ("service", "churn-x7k2p", "churn")


def test_a_cluster_of_kuberays_names_no_job(monkeypatch):
    """Many run on it."""
    monkeypatch.setenv("RAY_ORIGINATED_FROM_CR_NAME", "shared")
    monkeypatch.setenv("RAY_ORIGINATED_FROM_CRD", "RayCluster")
    monkeypatch.setenv("RAY_CLUSTER_NAME", "shared")
    assert identity.current().name == identity.script() != "shared"


def test_a_replica_is_a_service_unless_all_is_declared(monkeypatch):
    assert of({}, "churn-api").type == "service"
    assert of({}, "churn-api") == of({}, "churn-api")
    identity.resolved.cache_clear()
    monkeypatch.setenv("LINEAGE_WORKLOAD_ID", "mine")
    assert of({}, "churn-api").id == "mine"


def test_run_ids_are_uuids_that_sort_by_time():
    early, late = (identity.uuid7(seconds) for seconds in (1000, 2000))
    assert str(early) < str(late)
    assert (early.version, early.variant) == (7, "specified in RFC 4122")
    assert identity.shared_run(5, "a", "b") == identity.shared_run(5, "a", "b") != identity.shared_run(5, "ab")


def test_nothing_else_of_the_environment_is_told(monkeypatch):
    monkeypatch.setenv("RAY_AUTH_TOKEN", "very secret")
    monkeypatch.setenv("OPENLINEAGE_API_KEY", "very secret")
    assert "very secret" not in json.dumps([identity.current().facet(), identity.to_pass_on()])

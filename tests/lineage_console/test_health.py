import pytest
from django.db import DatabaseError, connection
from django.test import Client
from prometheus_client import parser


def test_healthz_answers_without_the_database():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_answers_when_all_migrations_are_applied():
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_says_that_a_migration_is_missing():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "1 not applied")


def test_readyz_says_that_the_database_is_unreachable(monkeypatch):
    def unreachable(connection):
        raise DatabaseError

    monkeypatch.setattr("lineage_console.health.MigrationExecutor", unreachable)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


def test_metrics_are_prometheus_text():
    text = Client().get("/metrics").content.decode()
    names = {family.name for family in parser.text_string_to_metric_families(text)}
    assert "lineage_ingestion_answers" in names


def test_metrics_of_several_workers_are_added_up(monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert Client().get("/metrics").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_may_only_be_read(path):
    assert Client().post(path).status_code == 405

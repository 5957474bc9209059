"""What tests share. Alice owns the organization, Bob is a member of it, Charlie is of another one."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from clouds.keys import create_key
from clouds.models import Cloud, Membership, Organization, Role
from ingestion import admission, frames, own_connection, receive
from lineage import memory


@pytest.fixture(autouse=True)
def empty_memory():
    """What a process remembers of the database, or stores otherwise because of it, must not outlive a test's."""
    forget()
    yield
    forget()
    own_connection.close()


def forget() -> None:
    receive.PROJECTS.clear()
    admission.REMEMBERED.clear()
    frames.KNOWN.clear()
    memory.forget()


@pytest.fixture
def migrate(transactional_db):
    """Brings the tables of an application to a migration, and gives all models as they were then. They end as they are
    now."""

    def to(app: str, name: str):
        MigrationExecutor(connection).migrate([(app, name)])
        return MigrationExecutor(connection).loader.project_state([(app, name)]).apps

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make_person(email: str):
    return get_user_model().objects.create_user(email, email, "correct horse")


@pytest.fixture
def organization(db):
    return Organization.objects.create(name="default", lineage_enabled=True)


@pytest.fixture
def cloud(organization):
    return Cloud.objects.create(organization=organization, name="default", lineage_enabled=True)


@pytest.fixture
def alice(organization):
    person = make_person("alice@example.org")
    Membership.objects.create(organization=organization, user=person, role=Role.OWNER)
    return person


@pytest.fixture
def bob(organization):
    person = make_person("bob@example.org")
    Membership.objects.create(organization=organization, user=person)
    return person


@pytest.fixture
def charlie(db):
    person = make_person("charlie@example.org")
    elsewhere = Organization.objects.create(name="elsewhere", lineage_enabled=True)
    Membership.objects.create(organization=elsewhere, user=person, role=Role.OWNER)
    return person


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def as_alice(alice, cloud):
    return signed_in(alice)


@pytest.fixture
def as_bob(bob, cloud):
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie):
    return signed_in(charlie)


@pytest.fixture
def key(cloud, alice):
    """The secret of an API key of the default cloud."""
    return create_key(cloud, alice)[1]


@pytest.fixture
def send(key):
    """Posts an event with Alice's key and returns the answer."""
    client = Client(headers={"Authorization": f"Bearer {key}"})

    def post(event, path="/api/v1/lineage"):
        return client.post(path, event, content_type="application/json")

    return post

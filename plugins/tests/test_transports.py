"""Events leave by whatever transport of openlineage-python the user has configured: Kafka, a file, several at once."""

import json
import time

import pytest
from conftest import free_port, run_program
from test_session import PROGRAM

pytestmark = pytest.mark.live
TOPIC = "lineage"
STATES = ["START", "START", "COMPLETE", "COMPLETE"]


@pytest.fixture(scope="module")
def broker():
    """The address of a broker that librdkafka itself runs, as long as the producer lives."""
    kafka = pytest.importorskip("confluent_kafka")
    producer = kafka.Producer({"bootstrap.servers": "", "test.mock.num.brokers": 1})
    found = next(iter(producer.list_topics(timeout=10).brokers.values()))
    yield f"{found.host}:{found.port}"
    del producer


def consumed(broker: str, topic: str, count: int) -> list[dict]:
    """The first messages of a topic."""
    import confluent_kafka as kafka

    settings = {"bootstrap.servers": broker, "group.id": topic, "auto.offset.reset": "earliest"}
    consumer = kafka.Consumer(settings)
    consumer.subscribe([topic])
    found, end = [], time.monotonic() + 30
    while len(found) < count and time.monotonic() < end:
        message = consumer.poll(1)
        if message is not None and not message.error():
            found.append(json.loads(message.value()))
    consumer.close()
    return found


def test_kafka(broker, tmp_path):
    transport = {"type": "kafka", "topic": TOPIC, "config": {"bootstrap.servers": broker}}
    run_program(tmp_path, PROGRAM, "", OPENLINEAGE__TRANSPORT=json.dumps(transport))
    events = consumed(broker, TOPIC, len(STATES))
    assert [each["eventType"] for each in events] == STATES
    assert {each["name"] for event in events for each in event["inputs"]} == {"raw/orders.csv"}


def test_a_broker_that_cannot_be_reached_keeps_no_program(tmp_path):
    """Its client would wait for five minutes."""
    transport = {"type": "kafka", "topic": TOPIC, "config": {"bootstrap.servers": f"127.0.0.1:{free_port()}"}}
    began = time.monotonic()
    program = "import confluent_kafka\n" + PROGRAM + "\nprint('done')"
    variables = {"OPENLINEAGE__TRANSPORT": json.dumps(transport), "LINEAGE_CAPTURE_FLUSH_SECONDS": None}
    done = run_program(tmp_path, program, "", **variables)
    assert done.stdout == "done\n"
    assert time.monotonic() - began < 10


def test_several_at_once_from_a_file_of_settings(broker, console, tmp_path):
    """The console, asked first whether it wants anything; a file; and Kafka."""
    (tmp_path / "openlineage.yml").write_text(f"""
transport:
  type: composite
  transports:
    console: {{type: http, url: "{console.url}"}}
    file: {{type: file, log_file_path: "{tmp_path}/kept.json", append: true}}
    kafka: {{type: kafka, topic: several, config: {{bootstrap.servers: "{broker}"}}}}
""")
    settings = {"OPENLINEAGE__TRANSPORT": None, "OPENLINEAGE_CONFIG": str(tmp_path / "openlineage.yml")}
    run_program(tmp_path, PROGRAM, "", name="several.py", **settings)
    kept = [json.loads(line) for line in (tmp_path / "kept.json").read_text().splitlines()]
    assert [each["eventType"] for each in kept] == STATES
    assert consumed(broker, "several", len(STATES)) == kept
    workload = console.every("/api/workloads/", q="several.py")[0]
    assert {each["state"] for each in console.runs(workload=workload["id"])} == {"COMPLETE"}

"""Search by keyboard from anywhere, filters of events in place, and the wait for the first event."""

import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client

from ingestion.models import RawEvent
from tests.events import make_event, post

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_search_opens_by_keyboard_from_anywhere(send, new_page, alice):
    send(make_event(["raw/customers.csv"]))
    page = new_page(alice)
    page.goto("/events/")
    page.keyboard.press("/")
    page.keyboard.type("customers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=customers")
    assert page.get_by_role("region", name="Datasets").get_by_role("link").inner_text() == "raw/customers.csv"
    page.goto("/datasets/")
    page.keyboard.press("Control+k")
    page.wait_for_url("**/search/")
    page.keyboard.type("raw/cust")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="raw/customers.csv").click()
    page.wait_for_url("**/datasets/*/")


def test_events_are_filtered_in_place(send, new_page, alice):
    send(make_event(job="first"))
    send(make_event(job="second", type="FAIL"))
    page = new_page(alice)
    page.goto("/events/")
    page.get_by_role("searchbox", name="Job or dataset").fill("sec")
    page.wait_for_url("**/events/?q=sec")
    assert page.get_by_role("table", name="Events").get_by_role("row").count() == 2
    page.get_by_role("link", name="FAIL").click()
    page.get_by_text("The whole event").click()
    assert json.loads(page.locator("#whole").inner_text())["job"]["name"] == "second"


def test_back_fills_the_filters_of_events(send, new_page, alice):
    send(make_event(job="first"))
    page = new_page(alice)
    page.goto("/events/")
    producer = page.get_by_role("searchbox", name="Producer")
    page.get_by_label("From").fill("2026-05-01")
    page.wait_for_url("**/events/?since=2026-05-01")
    producer.fill("tests")
    page.wait_for_url("**/events/?producer=tests&since=2026-05-01")
    page.go_back()
    page.wait_for_url("**/events/?since=2026-05-01")
    assert page.get_by_label("From").input_value() == "2026-05-01"
    assert producer.input_value() == ""
    page.get_by_label("With warnings only").check()
    page.wait_for_url("**/events/?since=2026-05-01&warnings=true")


def test_wait_turns_green_by_itself(send, new_page, alice):
    page = new_page(alice)
    page.goto("/welcome/")
    page.get_by_role("button", name="Make a key").click()
    secret = page.locator(".secret code").inner_text()
    assert secret in page.locator("#snippet-1").inner_text()
    assert "Waiting for your first event" in page.locator("#waiting").inner_text()
    assert post(Client(), make_event(job="hello"), secret).status_code == 201
    page.get_by_role("status").get_by_role("link", name="tests/hello").wait_for()


def run(snippet: str, then: str = "true") -> str:
    """Pastes a snippet into a shell, all but what it installs, and then asks for something."""
    lines = [line for line in snippet.splitlines() if not line.startswith("pip install")]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    script = "\n".join([*lines, then])
    done = subprocess.run(["bash", "-ec", script], env={"PATH": path}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def arrived(snippet: str) -> None:
    """Runs a snippet that sends an event, which is here then."""
    run(snippet)
    assert RawEvent.objects.filter(job="demo/first_job").count() == 1
    RawEvent.objects.all().delete()


def test_the_commands_work_as_they_are_pasted(new_page, alice, cloud):
    """Where a producer is not installed, openlineage-python sends with the settings that the producer is given."""
    page = new_page(alice)
    page.goto("/welcome/")
    page.get_by_role("button", name="Make a key").click()
    secret = page.locator(".secret code").inner_text()
    names = page.locator("details.facet summary").all_text_contents()
    snippets = dict(zip(map(str.strip, names), page.locator("main pre").all_text_contents(), strict=True))
    assert [*snippets] == ["Python", "Ray", "MLflow", "dbt", "Airflow", "Spark", "curl"]
    assert all(secret in each for each in snippets.values())

    arrived(snippets["Python"])
    arrived(snippets["curl"])
    program = snippets["Python"][snippets["Python"].index("python - <<'END'") :]
    with_transport = 'export OPENLINEAGE__TRANSPORT="$TRANSPORT"\n' + program
    arrived(snippets["MLflow"].replace("python train.py", program))
    arrived(re.sub("^dbt-ol run.*", lambda _: program, snippets["dbt"], flags=re.MULTILINE))
    arrived(snippets["Airflow"].replace("AIRFLOW__OPENLINEAGE__TRANSPORT", "TRANSPORT") + with_transport)
    environment = json.loads(re.search(r"--runtime-env-json '(.*?)'", snippets["Ray"], re.DOTALL)[1])["env_vars"]
    arrived("\n".join([*(f"export {name}={value}" for name, value in environment.items()), program]))
    arrived(f"TRANSPORT='{json.dumps(spark_transport(snippets['Spark']))}'\n" + with_transport)


def spark_transport(snippet: str) -> dict:
    """What spark-submit is told of the transport, nested as the Java client nests it."""
    arguments = run(snippet.replace("spark-submit", "printf '%s\\n'")).splitlines()
    told = dict(each.split("=", 1) for name, each in pairwise(arguments) if name == "--conf")
    assert arguments[-1] == "my_job.py"
    assert told.pop("spark.extraListeners") == "io.openlineage.spark.agent.OpenLineageSparkListener"
    assert told.pop("spark.openlineage.namespace") == "demo"
    transport: dict = {"auth": {}}
    for name, value in told.items():
        *path, key = name.removeprefix("spark.openlineage.transport.").split(".")
        (transport["auth"] if path == ["auth"] else transport)[key] = value
    return transport


def test_wait_is_asked_again_without_javascript(send, new_page, alice):
    page = new_page(alice, java_script_enabled=False)
    page.goto("/welcome/")
    send(make_event(job="hello"))
    page.get_by_role("link", name="Look again").click()
    assert page.get_by_role("link", name="tests/hello").is_visible()

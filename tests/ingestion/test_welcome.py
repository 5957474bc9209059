"""The first steps, from the page to the first event."""

import json
import re

import pytest

from clouds.keys import authenticate
from clouds.models import ApiKey, Cloud
from tests.events import make_event, post
from tests.pages import read, said

PRODUCERS = ["Python", "Ray", "MLflow", "dbt", "Airflow", "Spark", "curl"]


def test_page_shows_commands_with_the_real_address(as_alice):
    page = read(as_alice.get("/welcome/"))
    assert [said(each) for each in page.select("main details summary")] == PRODUCERS
    for snippet in page.select("main pre"):
        assert "http://testserver" in snippet.text
        assert "YOUR_API_KEY" in snippet.text


def test_commands_are_shown_as_they_are_typed(as_alice):
    texts = [each.text for each in read(as_alice.get("/welcome/")).select("main pre")]
    assert "python - <<'END'" in texts[0]
    assert not any("&" in text for text in texts)


def test_local_console_asks_for_no_key(as_alice, settings):
    settings.LINEAGE_LOCAL = True
    page = read(as_alice.get("/welcome/"))
    assert "YOUR_API_KEY" not in page.text
    assert "without a key" in said(page.main)


def test_fresh_key_stands_in_every_command_and_works(as_bob, cloud):
    answer = as_bob.post("/welcome/", {"cloud": cloud.pk})
    assert "no-store" in answer["Cache-Control"]
    page = read(answer, 201)
    secret = page.select_one(".secret code").text
    assert all(secret in each.text for each in page.select("main pre"))
    assert authenticate(secret).scopes == "ingest"
    assert secret not in as_bob.get("/welcome/").text


def test_a_reload_makes_no_other_key(as_bob, cloud):
    form = {"cloud": cloud.pk, "csrfmiddlewaretoken": "of the first page"}
    assert as_bob.post("/welcome/", form).status_code == 201
    assert as_bob.post("/welcome/", form).url == "/welcome/"
    assert ApiKey.objects.count() == 1
    assert as_bob.post("/welcome/", {**form, "csrfmiddlewaretoken": "of another"}).status_code == 201


def test_curl_command_sends_an_event_that_is_accepted(as_alice, cloud):
    page = read(as_alice.post("/welcome/", {"cloud": cloud.pk}), 201)
    event = re.search(r"-d '(.*)'", page.select("main pre")[-1].text, re.DOTALL)[1]
    answer = post(as_alice, json.loads(event), page.select_one(".secret code").text)
    assert answer.status_code == 201
    assert answer.json() == {"status": "stored"}


@pytest.mark.parametrize("chosen", ["", "x", "99999", "9" * 30])
def test_key_of_no_cloud_is_not_made(as_alice, chosen):
    assert as_alice.post("/welcome/", {"cloud": chosen}).status_code == 404
    assert ApiKey.objects.count() == 0


def test_key_of_a_private_cloud_is_not_made_for_others(as_bob, organization):
    hidden = Cloud.objects.create(organization=organization, name="secret", private=True)
    assert "secret" not in said(read(as_bob.get("/welcome/")).main)
    assert as_bob.post("/welcome/", {"cloud": hidden.pk}).status_code == 404


def test_wait_turns_green_with_the_first_event(as_alice, send):
    send(make_event(job="before"))
    waiting = read(as_alice.get("/welcome/")).find(id="waiting")
    assert "Waiting for the next event" in said(waiting)
    part = waiting["hx-get"]
    assert "Waiting" in said(read(as_alice.get(part)))
    send({})
    assert "rejected" in said(read(as_alice.get(part)))
    send(make_event(job="first"))
    arrived = read(as_alice.get(part)).find(id="waiting")
    assert "tests/first" in said(arrived)
    assert "alert-success" in arrived["class"]
    assert not arrived.has_attr("hx-get")
    assert "tests/first" in said(read(as_alice.get(waiting.a["href"])).find(id="waiting"))


def test_wait_knows_nothing_of_others(as_bob, as_charlie, as_alice, send):
    parts = {client: read(client.get("/welcome/")).find(id="waiting")["hx-get"] for client in (as_bob, as_charlie)}
    Cloud.objects.filter(name="default").update(private=True)
    send(make_event(job="closed"))
    send({})
    for client, part in parts.items():
        assert "Waiting" in said(read(client.get(part)))


def test_empty_list_leads_to_the_first_steps(as_alice):
    assert read(as_alice.get("/datasets/")).find("a", href="/welcome/")

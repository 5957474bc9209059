"""A client of Marquez's API, and marquez-python against a live server."""

import pytest
from django.test import Client

from tests.events import make_event, post


class Api:
    """Django's test client on /api/v1/, with a key."""

    def __init__(self, key: str | None):
        self.client = Client(headers={"Authorization": f"Bearer {key}"} if key else {})

    def __call__(self, method: str, path: str, body=None, **query):
        kind = {"content_type": "application/json"} if body is not None else {}
        url = f"/api/v1/{path}" + (f"?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else "")
        answer = getattr(self.client, method.lower())(url, *([body] if body is not None else []), **kind)
        assert answer.headers["Content-Type"] == "application/json", answer.content[:300]
        return answer

    def get(self, path: str, **query):
        answer = self("GET", path, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def send(self, *args, **kwargs) -> str:
        """An event; returns its run's id."""
        event = make_event(*args, **kwargs)
        answer = post(self.client, event)
        assert answer.status_code == 201, answer.content
        return event["run"]["runId"]


@pytest.fixture
def api(key):
    return Api(key)

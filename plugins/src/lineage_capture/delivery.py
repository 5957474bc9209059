"""Brings events to where the user's OpenLineage configuration says. Runs on the sending thread only.

Where that is a lineage console (or says that it is, by answering), it is asked first whether lineage is on for this
cluster, and told when the cluster ends.
"""

import logging
from dataclasses import dataclass
from urllib.parse import quote

from .identity import Workload, moment
from .told import Event
from .trouble import guarded, log, warn_once

# Seconds for one request.
TIMEOUT = 2.0
LATER = {429, 500, 502, 503, 504}


@dataclass
class ClusterEnd:
    workload: Workload
    at: float


class Delivery:
    """Called with an Event, a ClusterEnd, or None to make ready. False: not now, try again later."""

    def __init__(self):
        self.client = None
        self.http = None
        # By cluster's id: whether the console wants to hear of it.
        self.wanted: dict[str, bool] = {}

    def __call__(self, item: Event | ClusterEnd | None) -> bool:
        try:
            self.connect()
            if isinstance(item, ClusterEnd):
                self.end_cluster(item)
            elif item and self.is_wanted(item.workload):
                self.emit(item)
            return True
        except Later as error:
            warn_once(f"Lineage waits: {error}")
            return False

    def connect(self) -> None:
        if self.client is None:
            from openlineage.client import OpenLineageClient

            quiet("openlineage")
            client = OpenLineageClient()
            self.http = http_of(client.transport)
            self.client = client

    def emit(self, told: Event) -> None:
        from .building import as_dict, event_of

        if told.late:
            late, told.late = told.late, None
            with guarded(f"completing {told.namespace}/{told.name}"):
                late(told)
        event = event_of(told, self.http.url if self.http else "https://lineage.example.com")
        with sorted_out():
            self.client.emit(event)
        log.debug("sent %s %s/%s %s", told.state, told.namespace, told.name, as_dict(event))

    def is_wanted(self, workload: Workload) -> bool:
        """Asked once for each cluster. A server without the question is no console of ours: it wants everything."""
        cluster = workload.cluster_id
        if self.http is None or not cluster:
            return True
        if cluster not in self.wanted:
            answer = self.ask("api/v1/clusters", start_of(workload))
            self.wanted[cluster] = answer is None or answer.get("lineage_enabled", True) is not False
            if not self.wanted[cluster]:
                log.info("Lineage tracking is off for this cluster: nothing is captured.")
        return self.wanted[cluster]

    def end_cluster(self, end: ClusterEnd) -> None:
        """Of one that this process itself tells nothing of, too: others may have worked on it."""
        if self.http and self.wanted.get(end.workload.cluster_id, True):
            self.ask(
                f"api/v1/clusters/{quote(end.workload.cluster_id, safe='')}/terminate", {"ended_at": moment(end.at)}
            )

    def ask(self, path: str, body: dict) -> dict | None:
        """The answer; None where the server knows no such question, or none to us (the events will tell why)."""
        bearer = self.http.config.auth.get_bearer()
        with sorted_out():
            answer = self.http.session.post(
                f"{self.http.url.rstrip('/')}/{path}",
                json=body,
                headers={**({"Authorization": bearer} if bearer else {}), **self.http.config.custom_headers},
                timeout=self.http.timeout,
                verify=self.http.verify,
            )
            if answer.status_code in LATER:
                answer.raise_for_status()
        try:
            return answer.json() if answer.ok else None
        except ValueError:
            return None


def quiet(name: str) -> None:
    """Where the user's own logging says nothing of it, only a library's warnings are shown."""
    logger = logging.getLogger(name)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.WARNING)


class Later(Exception):
    """The other side cannot take it now."""


class sorted_out:
    """Tells errors that pass (no connection, overload) from those that do not (refused as wrong)."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback) -> bool:
        import requests

        if error is None or not isinstance(error, Exception):
            return False
        response = getattr(error, "response", None)
        if response is not None and response.status_code not in LATER:
            warn_once(f"The console refuses an event of lineage: {response.status_code} {response.text[:300]}")
            return True
        if isinstance(error, requests.RequestException | OSError):
            raise Later(f"{type(error).__name__}: {error}"[:300]) from error
        return False


def http_of(transport):
    """The first HTTP transport of it (a composite has several), made impatient; None where there is none."""
    from openlineage.client.transport.http import HttpTransport

    found = None
    for each in [transport, *getattr(transport, "transports", ())]:
        if isinstance(each, HttpTransport):
            each.timeout = min(each.timeout, TIMEOUT)
            each.config.retry = {**each.config.retry, "total": 0, "connect": 0, "read": 0}
            found = found or each
    return found


def start_of(workload: Workload) -> dict:
    return {
        "cluster_id": workload.cluster_id,
        "cloud": workload.cloud_id,
        "project": workload.project_name or workload.project_id,
        "workload": {"type": workload.type, "id": workload.id, "name": workload.name},
        "owner_email": workload.owner_email,
        "started_at": moment(workload.cluster_started),
    }

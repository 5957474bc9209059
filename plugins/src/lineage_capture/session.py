"""The workload's session: a run of its own, which starts with the first thing captured and ends with the driver."""

import concurrent.futures.thread  # noqa: F401  the sender's imports need it, and it cannot be imported at exit
import os
import sys
import time

from . import identity, ray_facts, settings
from .delivery import ClusterEnd, Delivery
from .sending import Sender
from .told import JOB_NAMESPACE, Event, one_line
from .trouble import guarded

# Workers may be killed when their work is done: they wait for no company.
WORKER_GRACE = 0.05


class Session:
    """Of this process."""

    def __init__(self):
        self.sender = Sender(Delivery(), WORKER_GRACE if ray_facts.is_worker() else None)
        self.started: identity.Workload | None = None
        # Clusters that end with this process, by id.
        self.clusters: dict[str, identity.Workload] = {}
        self.error: BaseException | None = None
        self.shows_error = sys.excepthook

    def tell(self, event: Event) -> None:
        if not ray_facts.is_worker():
            self.begin(identity.current())
        self.sender.put(event)

    def begin(self, workload: identity.Workload) -> None:
        if ends_with_process(workload):
            self.clusters.setdefault(workload.cluster_id, workload)
        if self.started is None:
            self.started = workload
            sys.excepthook = self.failed
            self.sender.put(own_event("START", workload, identity.STARTED))

    def failed(self, kind, error, traceback) -> None:
        self.error = error
        self.shows_error(kind, error, traceback)

    def end(self) -> None:
        """At exit: the session's last event, the end of the clusters, and what is still to be sent."""
        with guarded("ending the session"):
            if self.started:
                self.sender.put(self.last_event(self.started))
            for workload in self.clusters.values():
                self.sender.put(ClusterEnd(workload, time.time()))
            self.sender.flush(settings.flush_seconds())

    def last_event(self, workload: identity.Workload) -> Event:
        event = own_event("FAIL" if self.error else "COMPLETE", workload, time.time())
        if self.error:
            event.run_facets["errorMessage"] = {"message": one_line(self.error), "programmingLanguage": "python"}
        return event


def ends_with_process(workload: identity.Workload) -> bool:
    return workload.cluster_id == identity.PROCESS or ray_facts.is_local_cluster()


def own_event(state: str, workload: identity.Workload, at: float) -> Event:
    return Event(state, at, JOB_NAMESPACE, workload.name, workload.run_id, workload)


current: dict[int, Session] = {}


def tell(event: Event) -> None:
    """Queues an event; the first one starts the process's session. A forked child has its own."""
    if settings.enabled():
        mine().tell(event)


def mine() -> Session:
    pid = os.getpid()
    if pid not in current:
        current.clear()
        current[pid] = Session()
    return current[pid]


def ends_here(cluster: str) -> None:
    """The cluster, which runs other programs, ends with this process, which runs none itself."""
    workload = identity.of_cluster(cluster)
    mine().clusters[workload.cluster_id] = workload
    # What sending needs is imported now: at the end there is little time.
    mine().sender.put(None)


def linger(until: float) -> None:
    """On the sending thread: lets what may follow come first, up to a moment in seconds since the epoch or the
    program's end. Not in workers, which may be killed."""
    known = current.get(os.getpid())
    if known and not ray_facts.is_worker():
        known.sender.pause(max(0.0, until - time.time()))


def end() -> None:
    if os.getpid() in current:
        current[os.getpid()].end()

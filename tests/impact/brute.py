"""Lineage read off the raw events one by one, with none of the console's code: what its answers are checked against.

Names stand for nodes: datasets "d…", jobs "j…"; each is of one namespace.
"""

import json
from collections import defaultdict, deque


class Told:
    """What events say: (read by, written by, derived from, job to job) as pairs, and what flows in which job."""

    def __init__(self, events: list[dict]):
        self.pairs: set[tuple[str, str]] = set()
        self.flows: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.groups: dict[str, str] = {}
        for event in events:
            for dataset in [*event.get("inputs", []), *event.get("outputs", []), *filter(None, [event.get("dataset")])]:
                self.join(dataset)
        for event in events:
            self.read_dataset(event["dataset"]) if "dataset" in event else self.read_job(event)

    def join(self, dataset: dict) -> None:
        """Names that symlinks join stand for one thing: the least of them."""
        for other in dataset.get("facets", {}).get("symlinks", {}).get("identifiers", []):
            one, two = self.name(dataset["name"]), self.name(other["name"])
            self.groups[max(one, two)] = min(one, two)

    def name(self, name: str) -> str:
        while self.groups.get(name, name) != name:
            name = self.groups[name]
        return name

    def read_dataset(self, dataset: dict) -> None:
        made, target = dataset["facets"].get("columnLineage", {}).get("fields", {}), dataset["name"]
        for column in made.values():
            for source in column["inputFields"]:
                if source["name"] != target:
                    self.pairs.add((self.name(source["name"]), self.name(target)))

    def read_job(self, event: dict) -> None:
        job = event["job"]["name"]
        self.pairs |= {(self.name(each["name"]), job) for each in event["inputs"]}
        self.pairs |= {(job, self.name(each["name"])) for each in event["outputs"]}
        entries = event["job"].get("facets", {}).get("lineage", {}).get("entries", [])
        for entry in entries:
            for source in entry["inputs"]:
                self.link(job, source, entry)
        if not entries:
            for output in event["outputs"]:
                for column in output["facets"].get("columnLineage", {}).get("fields", {}).values():
                    for source in column["inputFields"]:
                        self.flow(job, source["name"], output["name"])

    def link(self, job: str, source: dict, target: dict) -> None:
        if target["type"] == "JOB":
            if source["name"] != target["name"]:
                self.pairs.add((source["name"], target["name"]))
        else:
            self.flow(job, source["name"], target["name"])

    def flow(self, job: str, source: str, target: str) -> None:
        source, target = self.name(source), self.name(target)
        self.flows[job].add((source, target))
        self.pairs |= {(source, job), (job, target)}

    def may_turn(self, source: str, job: str, target: str) -> bool:
        """Whether data goes from `source` through the job to `target`, two datasets."""
        flows = self.flows[job]
        return (source, target) in flows or target not in {end for _start, end in flows}

    def hops(self, start: str, direction: str) -> dict[str, int]:
        """The least number of steps to each node, by a walk over (where from, where)."""
        found: dict[str, int] = {}
        queue, seen = deque([(None, start, 0)]), {(None, start)}
        while queue:
            before, here, steps = queue.popleft()
            for pair in self.pairs:
                one, there = pair if direction == "downstream" else pair[::-1]
                if one != here or (here, there) in seen or not self.passes(before, here, there, direction):
                    continue
                seen.add((here, there))
                found.setdefault(there, steps + 1)
                queue.append((here, there, steps + 1))
        found.pop(start, None)
        return found

    def passes(self, before: str | None, here: str, there: str, direction: str) -> bool:
        if before is None or here[0] != "j" or before[0] == "j" or there[0] == "j":
            return True
        return self.may_turn(*((before, here, there) if direction == "downstream" else (there, here, before)))


def told(bodies: list[str]) -> Told:
    return Told([json.loads(body) for body in bodies])

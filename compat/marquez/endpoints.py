"""The endpoints of Marquez below /api/v1/, and those below /api/v2beta/."""

from . import advanced, columns, datasets, events, finding, graph, jobs, namespaces, runs, stats, tags, writes
from .paths import Endpoint

NAMESPACE = "namespaces/{namespace}"
DATASET = NAMESPACE + "/datasets/{dataset}"
JOB = NAMESPACE + "/jobs/{job}"

ENDPOINTS = [
    Endpoint("GET", "namespaces", namespaces.every),
    Endpoint("GET", NAMESPACE, namespaces.get),
    Endpoint("PUT", NAMESPACE, namespaces.put),
    Endpoint("DELETE", NAMESPACE, namespaces.delete),
    Endpoint("GET", "sources", namespaces.sources),
    Endpoint("GET", "sources/{source}", namespaces.source),
    Endpoint("PUT", "sources/{source}", namespaces.put_source),
    Endpoint("GET", NAMESPACE + "/datasets", datasets.of_namespace),
    Endpoint("GET", DATASET, datasets.get),
    Endpoint("PUT", DATASET, writes.put_dataset),
    Endpoint("DELETE", DATASET, writes.delete_dataset),
    Endpoint("GET", DATASET + "/versions", datasets.of_dataset),
    Endpoint("GET", DATASET + "/versions/{version}", datasets.version),
    Endpoint("POST", DATASET + "/tags/{tag}", tags.tag_dataset),
    Endpoint("DELETE", DATASET + "/tags/{tag}", tags.untag_dataset),
    Endpoint("POST", DATASET + "/fields/{field}/tags/{tag}", tags.tag_field),
    Endpoint("DELETE", DATASET + "/fields/{field}/tags/{tag}", tags.untag_field),
    Endpoint("GET", "jobs", jobs.every),
    Endpoint("GET", NAMESPACE + "/jobs", jobs.of_namespace),
    Endpoint("GET", JOB, jobs.get),
    Endpoint("PUT", JOB, writes.put_job),
    Endpoint("DELETE", JOB, writes.delete_job),
    Endpoint("GET", JOB + "/versions", jobs.versions),
    Endpoint("GET", JOB + "/versions/{version}", jobs.version),
    Endpoint("POST", JOB + "/tags/{tag}", tags.tag_job),
    Endpoint("DELETE", JOB + "/tags/{tag}", tags.untag_job),
    Endpoint("GET", JOB + "/runs", runs.of_job),
    Endpoint("POST", JOB + "/runs", writes.create_run),
    Endpoint("GET", "jobs/runs/{run}", runs.get),
    Endpoint("GET", "jobs/runs/{run}/facets", runs.facets),
    Endpoint("POST", "jobs/runs/{run}/{state}", writes.turn_run),
    Endpoint("GET", "tags", tags.every),
    Endpoint("PUT", "tags/{tag}", tags.put),
    Endpoint("GET", "lineage", graph.get),
    Endpoint("GET", "column-lineage", columns.get),
    Endpoint("GET", "search", finding.find),
    Endpoint("GET", "events/lineage", events.every),
    Endpoint("GET", "events", events.every),
    Endpoint("GET", "events/{namespace}", events.of_namespace),
    Endpoint("GET", "stats/{asset}", stats.get),
]

BETA = [Endpoint("GET", "search/{what}", advanced.find)]

"""Every page of the console, by the name of its address: what a check of all pages visits. An address that is neither
here nor among NO_PAGES fails test_accessibility.py, so that no new page goes unchecked."""

from django.urls import URLPattern, URLResolver, get_resolver

TABS = ("overview", "lineage", "columns", "impact", "runs", "versions", "events")

# {name} is filled in with what test_accessibility.world knows.
PAGES = {
    "ingestion:events": ["/events/"],
    "ingestion:event": ["/events/{event}/"],
    "ingestion:producers": ["/events/producers/"],
    "ingestion:rejected": ["/events/rejected/"],
    "ingestion:welcome": ["/welcome/"],
    "catalogue:activity": ["/activity/"],
    "catalogue:views": ["/views/"],
    "catalogue:new_view": ["/views/new/", "/views/new/?path=/datasets/?q=raw"],
    "catalogue:view": ["/views/{view}/"],
    "catalogue:aliases": ["/aliases/"],
    "catalogue:audit": ["/organization/changes/?what=describe"],
    "catalogue:edit": ["/nodes/{dataset}/edit/"],
    "catalogue:history": ["/nodes/{dataset}/history/"],
    "catalogue:delete": ["/nodes/{dataset}/delete/"],
    "lineage:graph-edge": ["/graph/edges/{workload}/Produced/{model}/"],
    "lineage:search": ["/search/", "/search/?q=r", "/search/?q=raw", "/search/?q=ana@"],
    "lineage:help": ["/help/"],
    "lineage:docs": ["/api/docs/#runs_list"],
    "runs:run": ["/runs/{failed}/", "/runs/{run}/"],
    "runs:compare": ["/runs/compare/?a={earlier}&b={run}&all=1"],
    "datasets:list": ["/datasets/", "/datasets/?q=nothing", "/datasets/?hidden=true&tag=gold"],
    "datasets:overview": ["/datasets/{dataset}/", "/datasets/{table}/?as_of=2026-05-01T12:00:00Z"],
    "datasets:lineage": ["/datasets/{dataset}/lineage/", "/datasets/{raw}/lineage/?depth=2&technical=1"],
    "datasets:columns": ["/datasets/{dataset}/columns/", "/datasets/{dataset}/columns/?column=a"],
    "datasets:version": ["/datasets/{table}/versions/{snapshot}/"],
    "datasets:compare": ["/datasets/{table}/versions/compare/?a={snapshot}&b={snapshot2}"],
    "models:list": ["/models/"],
    "models:lineage": [
        "/models/{model}/lineage/?x=up:{model}:8,down:{model}:8",
        "/models/{model}/lineage/?x=up:{model}:8&sel={model}",
        "/models/{model}/lineage/?x=up:{model}:8&sel={workload}-Produced-{model}",
        "/models/{churn}/lineage/?version=2",
    ],
    "models:version": ["/models/{churn}/versions/{made}/"],
    "models:compare": ["/models/{churn}/versions/compare/?a={made}&b={made}"],
    "workloads:list": ["/workloads/", "/workloads/?type=service&q=train"],
    "workloads:overview": ["/workloads/{workload}/", "/workloads/{workload}/?related=1"],
    "workloads:version": [],  # a workload's versions are of its code, and have no page of their own
    "workloads:compare": [],
    "clouds:list": ["/clouds/"],
    "clouds:detail": ["/clouds/{cloud}/"],
    "clouds:settings": ["/clouds/{cloud}/settings/"],
    "clouds:switch": ["/clouds/{cloud}/settings/lineage/?enabled=0"],
    "clouds:general": ["/clouds/{cloud}/settings/general/"],
    "clouds:members": ["/clouds/{cloud}/settings/members/"],
    "clouds:keys": ["/clouds/{cloud}/settings/keys/"],
    "organization:home": ["/organization/"],
}
for _section, _node in (("datasets", "{table}"), ("models", "{model}"), ("workloads", "{workload}")):
    for _tab in TABS:
        _address = f"/{_section}/{_node}/" + ("" if _tab == "overview" else f"{_tab}/")
        if (_section, _tab) != ("workloads", "columns"):
            PAGES.setdefault(f"{_section}:{_tab}", []).append(_address)

# Pages that others than the owner see: they and those of errors have tests of their own.
ELSEWHERE = {"login", "again", "sign_in_link", "organization:all", "organization:switch_any", "organization:switch"}

# What a script asks for, forms that are only sent, files, and ways to elsewhere.
NO_PAGES = {
    "ingestion:event_download",
    "ingestion:live",
    "ingestion:test_event",
    "ingestion:schema",
    "catalogue:delete_view",
    "catalogue:alias",
    "catalogue:hide",
    "catalogue:restore",
    "lineage:graph-node",
    "lineage:theme",
    "runs:reproduce-json",
    "runs:reproduce-markdown",
    "logout",
    "clouds:add_member",
    "clouds:role",
    "clouds:remove_member",
    "clouds:create_key",
    "clouds:revoke_key",
    "organization:choose",
    "organization:add",
    "organization:role",
    "organization:remove",
    "healthz",
    "readyz",
    "metrics",
    "home",
}


def names(patterns=None, route: str = "", space: str = "") -> set[str]:
    """The names of all addresses, but for those of the API and of Django's own administration."""
    found = set()
    for each in get_resolver().url_patterns if patterns is None else patterns:
        here = route + str(each.pattern).lstrip("^")
        if here.startswith(("admin/", "api/")) and here != "api/docs/":
            continue
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            found |= names(each.url_patterns, here, inner)
        elif isinstance(each, URLPattern):
            found.add(f"{space}{each.name}")
    return found

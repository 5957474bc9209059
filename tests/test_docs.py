"""What is not written down does not exist: variables and commands stand in docs/operations.md or docs/demo.md."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from drf_spectacular.generators import SchemaGenerator

ROOT = Path(settings.BASE_DIR)
OPERATIONS = (ROOT / "docs/operations.md").read_text()
STORY = (ROOT / "docs/demo.md").read_text()
OURS = (
    "clouds",
    "lineage",
    "ingestion",
    "catalogue",
    "impact",
    "datasets",
    "models_registry",
    "workloads",
    "lineage_console",
)
READ = re.compile(r"""(?:environ(?:\.get\(|\[)|env_\w+\(|env\.setdefault\()\s*["']([A-Z][A-Z0-9_]+)["']""")
SOURCES = [path for folder in (*OURS, "scripts") for path in sorted((ROOT / folder).rglob("*.py"))]


def variables() -> list[str]:
    ignored = {"DJANGO_SETTINGS_MODULE", "PATH"}
    return sorted({name for path in SOURCES for name in READ.findall(path.read_text())} - ignored)


def commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in OURS)


def test_the_search_finds_variables_and_commands():
    assert {"DATABASE_URL", "SECRET_KEY", "LINEAGE_LOCAL", "ALLOWED_HOSTS"} <= set(variables())
    assert {"bootstrap", "load_events", "dump_graph"} <= set(commands())


@pytest.mark.parametrize("name", variables())
def test_environment_variable_is_documented(name):
    assert f"`{name}`" in OPERATIONS + STORY


@pytest.mark.parametrize("name", commands())
def test_command_is_documented(name):
    assert re.search(rf"^\| `{name}[ `]", OPERATIONS, re.MULTILINE)


@pytest.mark.parametrize(
    "target", ["run", "demo", "demo-live", "demo-verify", "demo-clean", "test", "lint", "bench", "screenshots"]
)
def test_make_target_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def links() -> list[tuple[str, str]]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
    return [(str(page.relative_to(ROOT)), link) for page in pages for link in found.findall(page.read_text())]


@pytest.mark.parametrize(("page", "link"), links())
def test_link_between_pages_leads_somewhere(page, link):
    assert ((ROOT / page).parent / link).exists()


def test_every_endpoint_is_documented():
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    told = (ROOT / "docs/api.md").read_text()
    others = ["/api/v1/lineage", "/api/v1/lineage/batch", "/api/schema/", "/api/docs/", "/schemas/"]
    for path in [*paths, *others, "/healthz", "/readyz", "/metrics"]:
        assert re.sub(r"/?$", "", path.replace("{cluster_id}", "{id}")) in told, path

"""What every answer carries, and that production refuses to start half-configured."""

import os
import re
import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import Warning
from django.test import Client

from lineage_console import checks

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
STRONG = "k3y-" * 5 + "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ"


@pytest.mark.parametrize("path", ["/healthz", "/sign-in/", "/no-such-page/", "/static/css/app.css"])
@pytest.mark.django_db
def test_every_answer_carries_the_policy(path):
    answer = Client().get(path)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_templates_hold_no_inline_code():
    faults = []
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        text = path.read_text()
        inline = re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)(?![^>]*json)", text)
        outside = re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)
        faults += [f"{path.name}: {found[0]}" for found in (inline, outside) if found]
    assert faults == []


@pytest.fixture
def manage(tmp_path):
    """Runs manage.py with these variables and no others of ours."""

    def run(*arguments, **variables):
        names = ("PATH", "HOME", "VIRTUAL_ENV")
        env = {name: os.environ[name] for name in names if name in os.environ} | variables
        env |= {"LINEAGE_DATA_DIR": str(tmp_path)}
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)

    return run


def test_production_needs_a_secret_key(manage):
    ran = manage("check")
    assert ran.returncode != 0
    assert "SECRET_KEY is not set" in ran.stderr


def test_local_mode_makes_a_key_for_its_owner_only_and_keeps_it(manage, tmp_path):
    assert manage("check", LINEAGE_LOCAL="1").returncode == 0
    key = (tmp_path / "secret_key").read_text()
    assert len(key) > 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert manage("check", LINEAGE_LOCAL="1").returncode == 0
    assert (tmp_path / "secret_key").read_text() == key


def test_a_value_that_makes_no_sense_stops_the_start(manage):
    ran = manage("check", SECRET_KEY=STRONG, LINEAGE_LOCAL="maybe")
    assert "LINEAGE_LOCAL='maybe': use 1 or 0." in ran.stderr


def test_production_passes_the_deployment_check(manage):
    strict = ["check", "--deploy", "--tag", "security", "--fail-level", "WARNING"]
    ran = manage(*strict, SECRET_KEY=STRONG, ALLOWED_HOSTS="console.example.com")
    assert ran.returncode == 0, ran.stderr


def test_missing_front_end_packages_are_told(monkeypatch):
    monkeypatch.setattr(checks, "FETCHED", ("css/app.css", "vendor/absent.js"))
    told = checks.front_end_packages_are_there(None)
    assert [(each.id, isinstance(each, Warning)) for each in told] == [("lineage_console.W001", True)]
    assert "vendor/absent.js" in told[0].msg
    assert "css/app.css" not in told[0].msg

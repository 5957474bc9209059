"""A real Chromium, signed in as Alice. An error in the page's console fails the test; a failure leaves a picture."""

import os
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Playwright's loop runs in this thread, and Django takes that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "No Chromium: set CHROMIUM to its path, or install it (`make test` does)."
    return found


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed_call = report.failed
    return report


@pytest.fixture
def new_page(browser, live_server, request):
    """Opens a page of its own for a person: `new_page(alice)`; options go to the browser context."""
    contexts, faults = [], []

    def make(person=None, **options):
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1360, "height": 900}, **options)
        contexts.append(context)
        if person:
            context.add_cookies([session_cookie(person, live_server.url)])
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.faults = faults
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        return page

    yield make
    if getattr(request.node, "failed_call", False):
        photograph(contexts, request.node.name)
    for context in contexts:
        context.close()
    assert faults == []


def session_cookie(person, url: str) -> dict:
    client = Client()
    client.force_login(person)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


def photograph(contexts, name: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages):
        page.screenshot(path=RESULTS / f"{re.sub(r'[^a-z0-9_]+', '-', name)}-{number}.png", full_page=True)


@pytest.fixture
def page(new_page, alice, cloud):
    return new_page(alice)

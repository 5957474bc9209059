# The first Python of these that is 3.11 or newer; or choose: make run PYTHON=/path/to/python
PYTHON ?= $(shell for each in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

.DEFAULT_GOAL := help
.PHONY: help run demo test test-capture lint bench screenshots demo-live demo-verify demo-clean python

help:
	@echo "make run          the console on http://127.0.0.1:8000 (HOST, PORT)"
	@echo "make demo         the same, with a recorded story loaded"
	@echo "make demo-live    the story itself, with real Ray, Iceberg and MLflow (installs about 3 GB the first time)"
	@echo "make demo-verify  only looks whether all that it needs is there"
	@echo "make demo-clean   takes away the files that it leaves"
	@echo "make test         everything: style, both databases, the browser"
	@echo "make test-capture  the plugins' live tests, with real Ray and MLflow (installs about 3 GB the first time)"
	@echo "make lint         style and import rules only"
	@echo "make bench        the benchmarks"
	@echo "make screenshots  pictures of the pages, in screenshots/"

python:
	@test -n "$(PYTHON)" || { echo "lineage console: Python 3.11 or newer is needed, and was not found on PATH." >&2; exit 1; }

run: python
	@$(PYTHON) scripts/run.py

demo: python
	@$(PYTHON) scripts/run.py --demo

demo-live: python
	@$(PYTHON) scripts/demo_live.py

demo-verify: python
	@$(PYTHON) scripts/demo_live.py --verify

demo-clean: python
	@$(PYTHON) scripts/demo_live.py --clean

test: python
	@$(PYTHON) scripts/test.py

test-capture: python
	@$(PYTHON) scripts/test_capture.py $(ARGS)

lint: python
	@$(PYTHON) scripts/test.py lint

bench: python
	@$(PYTHON) scripts/test.py bench

screenshots: python
	@$(PYTHON) scripts/test.py screenshots

# make demo    set up, then run the main job on the committed sample
# make test    set up, then run the tests
# make quick   the same without the slow ones, which take more than a few seconds each
# make browser install Chromium (Debian, Ubuntu), in which the page of a publication is tested
# make office  install LibreOffice Calc (Debian, Ubuntu), in which the workbooks are opened
# make check   set up, then the house rules: format, lint, types, layers, dependencies, generated docs
# make pictures  set up, then draw the screens for the README into docs/pictures
# make bench   set up, then the benchmarks (long)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
BENCH_STAMP := $(VENV)/.installed-bench
JOBS ?= 2

.PHONY: demo test quick browser office check bench docs pictures format clean

demo: $(STAMP)
	@$(BIN)/yaohao demo

test: $(DEV_STAMP)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not browser"
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m browser

quick: $(DEV_STAMP)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not browser and not slow"
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "browser and not slow"

# Without a Chromium its tests are skipped at the desk; in CI they fail.
browser:
	@if ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk; \
	fi

# The same of LibreOffice; its fonts are those of the browser.
office:
	@if ! command -v soffice >/dev/null; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -q --no-install-recommends libreoffice-calc fonts-noto-cjk; \
	fi

check: $(DEV_STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python scripts/make_docs.py --check

docs: $(DEV_STAMP)
	$(BIN)/python scripts/make_docs.py

pictures: $(DEV_STAMP)
	$(BIN)/python scripts/make_pictures.py

format: $(DEV_STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(BENCH_STAMP)
	$(BIN)/python -m benchmarks

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "yaohao needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(STAMP): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

$(BENCH_STAMP): $(DEV_STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info

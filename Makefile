# make demo    set up, then run the main job on the committed sample
# make test    set up, then run the tests
# make quick   the same without the slow ones, which take more than a few seconds each
# make campaign  the rest of the tests: those whose worth is in their number, of which make test has a share
# make browser install Chromium (Debian, Ubuntu), in which the page of a publication is tested
# make office  install LibreOffice Calc (Debian, Ubuntu), in which the workbooks are opened
# make spark   install a Java (Debian, Ubuntu) and PySpark, and run the tests of the engine Spark
# make check   set up, then the house rules: format, lint, types, layers, dependencies, generated docs
# make pictures  set up, then draw the screens for the README into docs/pictures
# make site    set up, then the documents as a site, in Chinese and English, into build/site
# make bench   set up, then the benchmarks (long)
# make bench-check  set up, then a few figures beside their committed ones (half a minute); fails where one got slower
# make wheel   build what users and auditors install, into dist/, and try both in empty environments
# make man     write the manual pages, docs/man
# make changelog  put the fragments of changelog.d into CHANGELOG.md
# make lock    write the lock files anew, with the newest versions that pyproject.toml allows

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
BENCH_STAMP := $(VENV)/.installed-bench
SPARK_STAMP := $(VENV)/.installed-spark
SITE_STAMP := $(VENV)/.installed-site
# The package as it is installed, made of links: for tools that read sources without running them.
TREE := $(VENV)/src
# Tests need not say the types of their functions, but what they say and do must fit.
TEST_TYPES := --allow-untyped-defs --allow-untyped-calls --allow-incomplete-defs --check-untyped-defs \
  --allow-any-generics --no-warn-return-any --implicit-reexport --no-warn-unused-ignores
LOCK_TOOLS := $(VENV)/lock-tools
LOCK_OPTIONS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
LOCK_EXTRAS := --extra serve --extra drand --extra faker --extra word
PIP := $(BIN)/python -m pip --disable-pip-version-check
# One more than there are processors: at times each waits for a program that it started.
JOBS ?= $(shell expr $$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN) + 1)
# Every act flushes its files to the disk, and tests carry out thousands of acts: they work in memory
# where there is room for it, unless TMPDIR says where.
MEMORY = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 { print "/dev/shm" }')
# What Python has compiled is kept, whatever the shell says: a third of the time to read seven thousand
# tests, and all the more of the thousand programs that they start, would go into compiling.
PYTEST = PYTHONDONTWRITEBYTECODE= TMPDIR=$$folder $(BIN)/python -m pytest -n $(JOBS) --dist worksteal
define IN_MEMORY
@folder=$$(TMPDIR=$${TMPDIR:-$(MEMORY)} mktemp -d) && trap 'rm -rf "$$folder"' EXIT INT TERM && set -x &&
endef

.PHONY: demo test quick campaign browser office spark check lock wheel man changelog bench bench-check docs site pictures format clean

demo: $(STAMP)
	@$(BIN)/yaohao demo

test: $(DEV_STAMP)
	$(IN_MEMORY) $(PYTEST) -m "not spark and not campaign"

quick: $(DEV_STAMP)
	$(IN_MEMORY) $(PYTEST) -m "not spark and not campaign and not slow"

campaign: $(DEV_STAMP)
	$(IN_MEMORY) $(PYTEST) -m "campaign and not spark"

# Without a Chromium its tests are skipped at the desk; in CI they fail. The one that has no window takes a fifth less of the
# processor for them; not every system has it.
browser:
	@if ! { command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -q && \
	  for one in chromium-headless-shell chromium; do \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -q --no-install-recommends $$one fonts-noto-cjk && break; \
	  done; \
	fi

# The same of LibreOffice; its fonts are those of the browser.
office:
	@if ! command -v soffice >/dev/null; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -q --no-install-recommends libreoffice-calc fonts-noto-cjk; \
	fi

# `make test` leaves these out; where Java or PySpark is missing pytest skips them and says so. One Spark serves a whole process,
# so they run in one. Half a gigabyte is installed: `make test` does without.
spark: $(SPARK_STAMP)
	@if ! command -v java >/dev/null && [ -z "$$JAVA_HOME" ]; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -q --no-install-recommends default-jre-headless; \
	fi
	$(IN_MEMORY) YAOHAO_SPARK=1 TMPDIR=$$folder $(BIN)/python -m pytest -m spark tests/engines

check: $(DEV_STAMP) $(TREE)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	cd $(TREE) && ../bin/mypy --config-file ../../pyproject.toml
	cd $(TREE) && MYPYPATH=.:../../tests ../bin/mypy --config-file ../../pyproject.toml $(TEST_TYPES) ../../tests
	cd $(TREE) && ../bin/lint-imports --config ../../pyproject.toml
	$(BIN)/deptry .
	$(BIN)/python scripts/make_docs.py --check
	$(BIN)/python scripts/make_json_docs.py --check
	$(BIN)/python scripts/check_repository.py
	$(BIN)/python scripts/make_changelog.py --check

$(TREE):
	mkdir -p $(TREE)/yaohao
	ln -sfn ../../../yaohao/__init__.py ../../../yaohao/__main__.py ../../../yaohao/safe_path.py \
	  ../../../yaohao/no_pandas.py ../../../yaohao/py.typed \
	  ../../../planner ../../../tui ../../../scripts ../../../sample_data $(TREE)/yaohao

docs: $(DEV_STAMP)
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python scripts/make_json_docs.py

# No warning is let pass: every link and anchor leads somewhere, and nothing comes from another host.
site: $(SITE_STAMP)
	$(BIN)/python scripts/make_site.py

pictures: $(DEV_STAMP)
	$(BIN)/python scripts/make_pictures.py

changelog: $(DEV_STAMP)
	$(BIN)/python scripts/make_changelog.py

# The program as users install it and the verifier alone, into dist/; then each in an empty environment.
wheel: $(DEV_STAMP)
	rm -f dist/*.whl
	$(BIN)/python -m hatchling build -t wheel -d dist
	cd auditors && ../$(BIN)/python -m hatchling build -t wheel -d ../dist
	$(BIN)/python scripts/try_wheel.py

man: $(DEV_STAMP)
	$(BIN)/python scripts/make_man.py

format: $(DEV_STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(BENCH_STAMP)
	$(BIN)/python -m benchmarks

bench-check: $(DEV_STAMP)
	$(BIN)/python -m benchmarks.gate

# What is installed is what the lock files name, by their hashes; the package itself is linked.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "yaohao needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade pip

$(STAMP): pyproject.toml locks/run.txt | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes --requirement locks/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(STAMP) locks/dev.txt
	$(PIP) install --quiet --require-hashes --requirement locks/dev.txt
	@touch $@

$(SPARK_STAMP): $(DEV_STAMP) locks/spark.txt
	$(PIP) install --quiet --require-hashes --requirement locks/spark.txt
	@touch $@

$(SITE_STAMP): $(STAMP) locks/site.txt
	$(PIP) install --quiet --require-hashes --requirement locks/site.txt
	@touch $@

$(BENCH_STAMP): $(DEV_STAMP)
	$(PIP) install --quiet --group bench
	@touch $@

# The lock files hold for Python 3.11 to 3.13 and for every system; no address of an index is in them.
lock: | $(VENV)/bin/python
	$(BIN)/python -m venv $(LOCK_TOOLS)
	$(LOCK_TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv
	mkdir -p locks
	$(LOCK_TOOLS)/bin/uv pip compile $(LOCK_OPTIONS) --group build --output-file locks/run.txt pyproject.toml
	$(LOCK_TOOLS)/bin/uv pip compile $(LOCK_OPTIONS) --group build --group dev $(LOCK_EXTRAS) --constraints locks/run.txt --output-file locks/dev.txt pyproject.toml
	$(LOCK_TOOLS)/bin/uv pip compile $(LOCK_OPTIONS) --group build --extra spark --constraints locks/dev.txt --output-file locks/spark.txt pyproject.toml
	$(LOCK_TOOLS)/bin/uv pip compile $(LOCK_OPTIONS) --group build --group site --constraints locks/dev.txt --output-file locks/site.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist *.egg-info

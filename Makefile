# taizhang: demo test check fix bench lock. Needs CPython 3.11 or newer with pip and venv; everything else is installed into .venv.
.POSIX:
PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS =
WORKERS = -n 2 --dist loadfile

.PHONY: help demo test test-processes test-browser test-postgres check fix bench lock

help:
	@echo "make demo    prepare an invented county and serve it       (ARGS='--port 8001 --households 500')"
	@echo "make test    run the tests, in less than ten minutes       (ARGS='tests/jobs -k backup')"
	@echo "make test-processes, make test-browser, make test-postgres   the long ones: servers, kills, soak, upgrade; every page in Chromium;"
	@echo "             every database test on PostgreSQL"
	@echo "make check   ruff, mypy, imports, migrations, templates"
	@echo "make fix     mend what ruff can mend; write the generated pages of the documentation again"
	@echo "make bench   run the benchmarks; writes docs/benchmarks.md"
	@echo "make lock    compile requirements/*.txt with hashes"

demo: $(VENV)/base.stamp
	$(BIN)/taizhang demo $(ARGS)

test: $(VENV)/dev.stamp
	@echo "1 of 2: the tests on SQLite"
	$(BIN)/pytest $(WORKERS) -m "not browser and not postgres and not processes" $(ARGS)
	@echo "2 of 2: journal, main job and search on PostgreSQL"
	$(BIN)/python -m tests.on_postgres --core $(WORKERS) $(ARGS)
	@echo "not run by make test: servers, kills, soak, upgrade (make test-processes), pages in Chromium (make test-browser),"
	@echo "                      the rest on PostgreSQL (make test-postgres)"

test-processes: $(VENV)/dev.stamp
	$(BIN)/pytest $(WORKERS) -m "processes and not postgres" $(ARGS)

test-browser: $(VENV)/dev.stamp
	$(BIN)/pytest $(WORKERS) -m browser tests/browser $(ARGS)

test-postgres: $(VENV)/dev.stamp
	$(BIN)/python -m tests.on_postgres $(WORKERS) $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	if grep -q '^\[tool.djlint' pyproject.toml; then $(BIN)/djlint --lint src/taizhang/web/templates; fi

fix: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m taizhang.jobs.commands_page
	$(BIN)/python -m taizhang.jobs.access_page
	$(BIN)/python -m taizhang.ledgers.documentation
	$(BIN)/python -m taizhang.policy.dictionary

bench: $(VENV)/dev.stamp
	$(BIN)/taizhang bench $(ARGS)

lock: $(VENV)/dev.stamp
	@test -x $(BIN)/uv || { echo "installing uv, which compiles the requirements"; $(PIP) install uv; }
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --no-emit-find-links --python-version 3.11 \
	    pyproject.toml -o requirements/base.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --no-emit-find-links --python-version 3.11 \
	    pyproject.toml --group dev -o requirements/dev.txt

$(VENV)/python.stamp:
	@command -v $(PYTHON) >/dev/null || { echo "missing: $(PYTHON). Install CPython 3.11 or newer, or name it: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "too old: $$($(PYTHON) --version). Install CPython 3.11 or newer, or name it: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "missing: venv and pip of $(PYTHON). On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/base.stamp: $(VENV)/python.stamp requirements/base.txt pyproject.toml
	@echo "installing what taizhang runs on (requirements/base.txt, with hashes)"
	$(PIP) install --require-hashes -r requirements/base.txt
	$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp requirements/dev.txt
	@echo "installing what tests and checks need (requirements/dev.txt, with hashes)"
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

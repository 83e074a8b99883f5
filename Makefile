# Nothing but Python 3.11 with venv, make and git is needed; uv comes into .venv by pip.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: run demo test check bench rules fund-properties tampering lock clean

run: .venv/ready
	$(BIN)/mingban run

demo: .venv/ready
	$(BIN)/mingban demo

test: .venv/ready
	$(BIN)/python -m pytest

rules: .venv/ready
	$(BIN)/python -m pytest --collect-only -qq -p tests.rules

fund-properties: .venv/ready
	MINGBAN_FUND_EXAMPLES=10000 $(BIN)/python -m pytest tests/finance/test_fund_properties.py

tampering: .venv/ready
	$(BIN)/python -m tests.audit.tampering 20000

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready
	$(BIN)/python -m benchmarks

# After every sync the project is installed again: `uv pip sync` removes it.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch .venv/ready

lock:
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv var

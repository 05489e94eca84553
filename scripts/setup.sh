#!/bin/sh
# Makes .venv exactly what requirements/dev.txt says, and puts this checkout into it.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "The hub needs Python 3.11 or newer; name one: make setup PYTHON=python3.12" >&2
    exit 1
}
[ -x .venv/bin/pip ] || "$python" -m venv .venv || {
    echo "Cannot make .venv: on Debian and Ubuntu, install the package python3-venv." >&2
    exit 1
}
.venv/bin/pip install --quiet --require-hashes --requirement requirements/uv.txt
.venv/bin/uv pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python requirements/dev.txt
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .

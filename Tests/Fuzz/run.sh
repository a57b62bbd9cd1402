#!/usr/bin/env bash
# Fuzzes with libFuzzer and AddressSanitizer: Tests/Fuzz/run.sh TARGET|all [RUNS]
# TARGET: diff, configuration, sanitiser. Inputs that were found worth keeping stay in .build/fuzz/corpus, crashes in
# .build/fuzz/crashes; a crash ends the script with an error.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=${1:?"usage: Tests/Fuzz/run.sh diff|configuration|sanitiser|all [RUNS]"}
runs=${2:-1000000}
work=$root/.build/fuzz
case $target in
    all) targets=(diff configuration sanitiser) ;;
    diff | configuration | sanitiser) targets=("$target") ;;
    *) echo "unknown target '$target': diff, configuration, sanitiser or all" >&2; exit 2 ;;
esac

# The fuzzers are built from the project's own manifest, with every target instrumented and the fuzzers added.
mkdir -p "$work"
ln -sfn "$root/Sources" "$work/Sources"
ln -sfn "$root/Tests" "$work/Tests"
cat "$root/Package.swift" "$root/Tests/Fuzz/Targets.swift" > "$work/Package.swift.new"
cmp -s "$work/Package.swift.new" "$work/Package.swift" || mv "$work/Package.swift.new" "$work/Package.swift"
rm -f "$work/Package.swift.new"

for name in "${targets[@]}"; do
    swift build --package-path "$work" --scratch-path "$work/.build" -c release --product "fuzz-$name" > "$work/build.log" 2>&1 ||
        { tail -40 "$work/build.log" >&2; exit 1; }
    mkdir -p "$work/corpus/$name" "$work/crashes/$name"
    # The backtracer of Swift does not get along with a crash under libFuzzer; leaks of the runtime are none of ours.
    if ! SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 \
        "$work/.build/release/fuzz-$name" "$work/corpus/$name" "$root/Tests/Fuzz/Seeds/$name" \
        -dict="$root/Tests/Fuzz/Seeds/$name.dict" -artifact_prefix="$work/crashes/$name/" \
        -runs="$runs" -max_len=1500 -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 > "$work/$name.log" 2>&1; then
        tail -40 "$work/$name.log" >&2
        exit 1
    fi
    rate=$(awk '/average_exec_per_sec/ {print $2}' "$work/$name.log")
    echo "fuzz-$name: $runs runs, $rate a second, no crash"
done

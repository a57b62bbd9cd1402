#!/usr/bin/env bash
# Runs all tests that were built, and names at the end what failed.
#
# Tests that talk to servers of their own have time limits: each of these targets runs by itself, so that thousands of other
# tests do not keep its servers from the processor.
set -euo pipefail
cd "$(dirname "$0")/.."
talking=(
    ServiceTests ServerTests GitHubServerTests ForgesTests GitRepositoryTests HTTPClientTests ModelServerTests
    BudgetRaceTests
)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
swift test --skip-build --skip "^($(IFS='|'; echo "${talking[*]}"))\." 2>&1 | tee -a "$log" || failed=1
for target in "${talking[@]}"; do
    swift test --skip-build --filter "^$target\." 2>&1 | tee -a "$log" || failed=1
done
if [ "$failed" != 0 ]; then
    printf '\nWhat failed:\n'
    # Swift Testing's marks of issues and of failed tests and runs; a process that died leaves none but its last words.
    grep -E '✘|^error: |Fatal error' "$log" || tail -n 20 "$log"
    exit 1
fi

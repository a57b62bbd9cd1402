#!/usr/bin/env bash
# Reviews a real diff with a real model on this machine, and nothing else:  try.sh [DIRECTORY]
#
# Serves a model with llama.cpp on loopback, writes a configuration whose only provider it is, and runs plan and review:
# streaming, answers held to the schema. Environment:
#   MODEL=path/to.gguf    any other model (default: SmolLM2 135M, which proves the plumbing; its findings are noise)
#   REPO=path RANGE=A..B  any other change (default: a small one made here)
#   HUNKWISE=path         the binary (default: the built one)
# Exit codes: 0 the model answered and its tokens are in the books; 1 not; 2 used wrongly or something is missing;
# 3 the packages could not be fetched.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
directory=${1:-$root/.build/local-model}
hunkwise=${HUNKWISE:-$root/.build/release/hunkwise}
[ -x "$hunkwise" ] || hunkwise=$root/.build/debug/hunkwise
if [ ! -x "$hunkwise" ]; then
    echo "try.sh: no hunkwise is built; run make build" >&2
    exit 2
fi
if [ -n "${MODEL:-}" ]; then
    [ -r "$MODEL" ] || { echo "try.sh: cannot read MODEL=$MODEL" >&2; exit 2; }
    "$here/setup.sh" "$directory" --engine-only
else
    "$here/setup.sh" "$directory"
    MODEL=$directory/smollm2-135m.gguf
fi

work=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT

"$directory/venv/bin/python" -I "$here/serve.py" "$MODEL" >"$work/server" 2>"$work/server.log" &
server=$!
until [ -s "$work/server" ]; do
    if ! kill -0 "$server" 2>/dev/null; then
        echo "try.sh: the model could not be served:" >&2
        tail -5 "$work/server.log" >&2
        exit 1
    fi
    sleep 0.2
done
port=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["port"])' "$work/server")
name=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["model"])' "$work/server")

if [ -z "${REPO:-}" ]; then
    REPO=$work/shop
    RANGE=HEAD~1..HEAD
    git init --quiet --initial-branch=main "$REPO"
    commit() {
        git -C "$REPO" add --all
        git -C "$REPO" -c user.name=Example -c user.email=example@example.com commit --quiet --message "$1"
    }
    cat >"$REPO/orders.py" <<'PYTHON'
import sqlite3


def require_owner(user, order):
    if order["owner"] != user:
        raise PermissionError("not your order")


def find(database: sqlite3.Connection, number):
    row = database.execute("SELECT number, owner, total FROM orders WHERE number = ?", (number,)).fetchone()
    return {"number": row[0], "owner": row[1], "total": row[2]}


def cancel(database, user, number):
    order = find(database, number)
    require_owner(user, order)
    database.execute("DELETE FROM orders WHERE number = ?", (number,))
    database.commit()


def average(orders):
    return sum(order["total"] for order in orders) / max(1, len(orders))
PYTHON
    commit "Orders"
    sed -i -e '/^    require_owner(user, order)$/d' -e 's/ \/ max(1, len(orders))/ \/ len(orders)/' "$REPO/orders.py"
    commit "Simplify"
fi

cat >"$work/hunkwise.yaml" <<YAML
providers:
  - {name: local, kind: openai, base_url: "http://127.0.0.1:$port/v1", model: $name, residency: local,
     cost_per_input_token: 0, cost_per_output_token: 0, context_window: 8192, max_output: 1024, quality: 0.5,
     max_concurrency: 1, supports: [json_schema, streaming], extra_body: {repeat_penalty: 1.2}}
data_policy: [{match: "**", paths: ["**"], allow: local}]
storage: {url: "sqlite://$work/hunkwise.db"}
YAML

arguments=(--repo "$REPO" --range "${RANGE:-HEAD~1..HEAD}" --config "$work/hunkwise.yaml")
echo "== model: $name at 127.0.0.1:$port"
echo "== change"
git -C "$REPO" diff --stat "${RANGE:-HEAD~1..HEAD}"
echo "== plan"
"$hunkwise" plan "${arguments[@]}"
echo "== review"
start=$(date +%s.%N)
"$hunkwise" review "${arguments[@]}" --format json >"$work/review.json"
end=$(date +%s.%N)
python3 - "$work/review.json" "$start" "$end" <<'PYTHON'
import json, sys

with open(sys.argv[1]) as file:
    report = json.load(file)
for finding in report["findings"]:
    print(f"{finding['severity']:8}  {finding['path']}:{finding['line']}  {finding['title']}  ({finding['model']})")
for skipped in report["not_reviewed"]:
    print(f"not reviewed: {skipped['path']}, hunk {skipped['hunk_index']}: {skipped['reason']}")
for gate in report["gates"]:
    print(f"gate {gate['gate']}: {gate['outcome']} {gate['count']}" + (f" ({gate['reason']})" if gate["reason"] else ""))
seconds = float(sys.argv[3]) - float(sys.argv[2])
tokens = {"calls": 0, "input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0}
for row in report["cost"]["models"]:
    for key in tokens:
        tokens[key] += row[key]
print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in tokens.items()) +
      f"; {seconds:.1f} s; ${report['cost']['spent_usd']}")
if tokens["calls"] == 0 or tokens["output_tokens"] == 0 or report["cost"]["spent_usd"] != "0":
    sys.exit("try.sh: the model was not called, or not for nothing")
PYTHON
echo "== report"
"$hunkwise" report --config "$work/hunkwise.yaml" --by model

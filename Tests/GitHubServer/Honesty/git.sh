#!/usr/bin/env bash
# git against the test GitHub: listing, cloning, fetching a pull request's head by name and by object id.
set -euo pipefail
export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; rm -rf "$folder" "$key"' EXIT
git init --quiet --bare --initial-branch=main "$folder/repositories/acme/shop.git"
"$1" --repositories "$folder/repositories" --private >"$folder/told" &
server=$!
until [ -s "$folder/told" ]; do sleep 0.1; done
read -r port token key < <(python3 -c 'import json,sys; t=json.load(open(sys.argv[1])); print(t["port"], t["token"], t["private_key_file"])' "$folder/told")
control() { curl --silent --fail "http://127.0.0.1:$port/_control/$1" --data "$2" >/dev/null; }
control commits '{"repository":"acme/shop","files":{"a.txt":"1\n"}}'
control commits '{"repository":"acme/shop","branch":"topic","from":"main","files":{"a.txt":"2\n"}}'
control pulls '{"repository":"acme/shop","head":"topic"}'
origin="http://127.0.0.1:$port/acme/shop.git"
told="http://x-access-token:$token@127.0.0.1:$port/acme/shop.git"

if git ls-remote "$origin" 2>/dev/null; then
    echo "FAIL  git without credentials was let in"
    exit 1
fi
echo "ok    git without credentials is not let in"
head=$(git ls-remote "$told" refs/pull/1/head | cut -f1)
git clone --quiet "$told" "$folder/clone"
[ "$(cat "$folder/clone/a.txt")" = 1 ] && echo "ok    git clone"
git -C "$folder/clone" fetch --quiet origin refs/pull/1/head
[ "$(git -C "$folder/clone" rev-parse FETCH_HEAD)" = "$head" ] && echo "ok    git fetch refs/pull/1/head"
git init --quiet --bare "$folder/mirror"
git -C "$folder/mirror" fetch --quiet --depth=1 "$told" "$head"
[ "$(git -C "$folder/mirror" show "$head:a.txt")" = 2 ] && echo "ok    git fetch --depth=1 of an object id"

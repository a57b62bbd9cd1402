#!/bin/sh
# Installs tree-sitter and its grammars, as pinned in grammars.tsv, into a directory:  grammars.sh DIRECTORY
# Quiet, asks nothing, does nothing if all is in place. Packages come through pip with its own configuration (index,
# proxy, certificates, cache); nothing that comes in one is run here.
# Exit codes: 0 all in place; 1 something else failed; 2 used wrongly or a tool is missing; 3 a package could not be
# fetched (no network?): everything but syntax trees works without; 4 a package is not the one that is pinned.
set -eu

if [ $# -ne 1 ] || [ -z "$1" ]; then
    echo "usage: grammars.sh DIRECTORY" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
directory=$1
machine=$(uname -m)
[ "$machine" = arm64 ] && machine=aarch64

# The first line of the manifest says what the files were made from.
made_from="$machine $(cat "$here/grammars.tsv" "$here/python_stand_ins.c" "$here/grammars.py" | sha256sum | cut -c 1-64)"
is_complete() {
    [ -r "$directory/manifest" ] || return 1
    {
        read -r first || return 1
        [ "$first" = "$made_from" ] || return 1
        while read -r file _; do
            [ -r "$directory/$file.so" ] || return 1
        done
    } <"$directory/manifest"
}
if is_complete; then exit 0; fi

for tool in python3 cc; do
    if ! command -v "$tool" >/dev/null; then
        echo "grammars.sh: $tool is missing; run deploy/setup/system.sh" >&2
        exit 2
    fi
done
if ! python3 -m pip --version >/dev/null 2>&1; then
    echo "grammars.sh: python3 has no pip; run deploy/setup/system.sh" >&2
    exit 2
fi
exec python3 "$here/grammars.py" "$here/grammars.tsv" "$here/python_stand_ins.c" "$directory" "$machine" "$made_from"

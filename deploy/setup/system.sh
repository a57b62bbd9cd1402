#!/bin/sh
# Installs the system packages that building and testing Hunkwise needs, and nothing if all are there.
# As root, or with sudo where that asks for no password; otherwise prints the one command to run and exits 2.
set -eu

packages="libcurl4-openssl-dev libgit2-dev libsqlite3-dev libre2-dev pkg-config git make gcc g++ libc6-dev
    python3 python3-pip python3-venv unzip ca-certificates"

if ! command -v dpkg-query >/dev/null; then
    echo "system.sh: this is not Debian or Ubuntu. Install what these packages hold, then go on:" $packages >&2
    exit 2
fi

missing=
for package in $packages; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
    *" installed") ;;
    *)
        # A python3 or git from elsewhere does as well.
        case $package in
        python3 | git | make | unzip | pkg-config | gcc | g++) command -v "$package" >/dev/null && continue ;;
        python3-pip) python3 -m pip --version >/dev/null 2>&1 && continue ;;
        python3-venv) python3 -c 'import ensurepip' >/dev/null 2>&1 && continue ;;
        esac
        missing="$missing $package"
        ;;
    esac
done
if [ -z "$missing" ]; then exit 0; fi

as_root=
if [ "$(id -u)" != 0 ]; then
    as_root=sudo
    if ! sudo -n true 2>/dev/null; then
        echo "system.sh: packages are missing. Run this, then try again:" >&2
        echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
        exit 2
    fi
    as_root="sudo -n"
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing; } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "system.sh: could not install$missing" >&2
    exit 1
fi

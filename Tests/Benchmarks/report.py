"""Runs the measurements and prints them beside peers and limits: report.py DIRECTORY (made by run.sh)."""

import os
import statistics
import subprocess
import sys
import time

WORK = sys.argv[1]
DATA = os.path.join(WORK, "data")
REPO = os.path.join(DATA, "repo")
LARGE = os.path.join(DATA, "large.diff")
HUNKWISE = os.environ["HUNKWISE"]
TOOL = os.environ["HUNKWISE_BENCH"]
PYTHON = os.path.join(WORK, "venv", "bin", "python")
GIT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
MB = 1e6
rows = []


def row(what, ours, peer="", limit="", holds=None):
    rows.append((what, ours, peer, limit, "" if holds is None else "holds" if holds else "MISSED"))


def measured(*arguments):
    """The "name value" lines of the measuring tool."""
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"hunkwise-bench {arguments[0]}: {done.stdout.strip()[-300:]} {done.stderr.strip()[-300:]}", file=sys.stderr)
        return None
    return {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines())}


def run(command, **options):
    """Wall seconds, peak MB, exit code, output and CPU seconds of one process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    return wall, usage.ru_maxrss / 1024, child.returncode, output, usage.ru_utime + usage.ru_stime


def best(command, rounds, **options):
    return min(run(command, **options)[0] for _ in range(rounds))


def parsing():
    ours = measured("parse", LARGE)
    if not ours:
        return row("parse a large diff", "failed")
    size = ours["parse.bytes"] / MB
    rate = size / ours["parse.seconds"]
    # Inside a repository git would count only files below the current directory.
    runs = [run(["git", "apply", "--numstat", LARGE], env=GIT, cwd="/") for _ in range(3)]
    numstat = min(cpu for *_, cpu in runs)
    output = runs[0][3]
    counts = [line.split(b"\t")[:2] for line in output.splitlines()]
    theirs = tuple(sum(int(pair[side]) for pair in counts if pair[side] != b"-") for side in (0, 1))
    same = "same counts" if theirs == (ours["parse.added"], ours["parse.removed"]) else f"git counts {theirs}"
    shape = f"{size:.1f} MB, {ours['parse.files']:,.0f} files, {ours['parse.hunks']:,.0f} hunks"
    row(f"parse {shape}", f"{rate:,.0f} MB/s", "", "≥ 300 MB/s", rate >= 300)
    row("  hunks", f"{ours['parse.hunks'] / ours['parse.seconds']:,.0f} /s")
    row("  beside git apply --numstat", f"{ours['parse.seconds'] * 1000:,.0f} ms", f"{numstat * 1000:,.0f} ms, {same}")
    script = (
        "import sys, time, unidiff\n"
        "text = open(sys.argv[1], encoding='utf-8', errors='surrogateescape', newline='\\n').read()\n"
        "start = time.process_time(); patch = unidiff.PatchSet(text); spent = time.process_time() - start\n"
        "print(spent, patch.added, patch.removed)\n")
    peer = subprocess.run([PYTHON, "-c", script, LARGE], capture_output=True, text=True) if os.path.exists(PYTHON) else None
    if peer and peer.returncode == 0:
        seconds, added, removed = peer.stdout.split()
        same = "same counts" if (int(added), int(removed)) == theirs else f"counts +{added} -{removed}"
        times = float(seconds) / ours["parse.seconds"]
        row("  beside Python unidiff", f"{times:,.0f}×", f"{size / float(seconds):.1f} MB/s, {same}", "≥ 20×", times >= 20)
    else:
        row("  beside Python unidiff", "", "not installed" if not peer else "failed: " + peer.stderr.strip()[-60:])
    row("fingerprint hunks", f"{ours['parse.hunks'] / ours['fingerprint.seconds']:,.0f} /s")


def classification():
    ours = measured("classify", os.path.join(DATA, "classify.diff"))
    if ours:
        rate = ours["classify.hunks"] / ours["classify.seconds"]
        both = ours["classify.hunks"] / ours["classify_with_fingerprints.seconds"]
        row("classify hunks, one core, bare", f"{rate:,.0f} /s", "", "≥ 50,000 /s", rate >= 50_000)
        row("  with fingerprints", f"{both:,.0f} /s")
    trees = measured("trees", REPO, "base..large")
    if trees and trees["trees.bytes"] > 0:
        share = trees["trees.parser_seconds"] / trees["trees.seconds"]
        row("classify hunks, one core, with trees", f"{trees['trees.hunks'] / trees['trees.seconds']:,.0f} /s")
        row("  share of time in the parser", f"{share:.0%}", "", "≥ 70%", share >= 0.7)
        row("  parsed", f"{trees['trees.bytes'] / MB / trees['trees.parser_seconds']:.1f} MB/s")
    else:
        row("classify hunks with trees", "no grammars" if trees else "failed", "", "≥ 70% in the parser", False)


def starting():
    runs = [run([HUNKWISE, "--version"]) for _ in range(21)]
    middle = statistics.median(seconds for seconds, *_ in runs) * 1000
    row("hunkwise --version, median of 21", f"{middle:.1f} ms, {runs[0][1]:.0f} MB", "", "≤ 30 ms", middle <= 30 and runs[0][2] == 0)
    trees = measured("trees", REPO, "base..review")
    parser = trees["trees.parser_seconds"] * 1000 if trees else 0
    # Nothing of the machine's own may count: no configuration, no key, no state.
    environment = {"PATH": os.environ["PATH"], "HOME": WORK, "XDG_STATE_HOME": WORK, "XDG_CONFIG_HOME": WORK,
                   "HUNKWISE_GRAMMARS": os.environ["HUNKWISE_GRAMMARS"]}
    command = [HUNKWISE, "review", "--repo", REPO, "--range", "base..review", "--format", "json"]
    runs = [run(command, env=environment, cwd=WORK) for _ in range(7)]
    code = runs[-1][2]
    if code not in (0, 1):
        return row("review of 40 hunks", f"ended with {code}", "", "≤ 200 ms + parsing", False)
    wall = statistics.median(seconds for seconds, *_ in runs) * 1000
    memory = max(peak for _, peak, *_ in runs)
    limit = 200 + parser
    row("review of 40 hunks, median of 7", f"{wall:.0f} ms", "", f"≤ {limit:.0f} ms (200 + parsing {parser:.0f})", wall <= limit)
    row("  peak memory", f"{memory:.0f} MB", "", "≤ 60 MB", memory <= 60)


def range_diff():
    plain = ["git", "--git-dir", REPO, "diff", "--no-ext-diff", "--no-textconv", "--no-color"]
    for name, factor in (("small", 1.3), ("large", 2.0)):
        ours = measured("diff", REPO, f"base..{name}")
        if not ours:
            row(f"range diff, {name}", "failed", "", "", False)
            continue
        files = f"{ours['diff.files']:.0f} files"
        without = best([*plain, "--no-renames", f"base..{name}"], 7, env=GIT)
        paired = best([*plain, "-M", "-l0", f"base..{name}"], 7, env=GIT)
        row(f"range diff, {files}, no renames", f"{ours['diff.seconds'] * 1000:.0f} ms", f"git diff {without * 1000:.0f} ms")
        times = ours["diff.rename_seconds"] / paired
        row(f"range diff, {files}, {ours['diff.renames']:.0f} renames", f"{ours['diff.rename_seconds'] * 1000:.0f} ms ({times:.2f}×)",
            f"git diff -M {paired * 1000:.0f} ms", f"≤ {factor}×", times <= factor)


for part in (parsing, classification, starting, range_diff):
    part()
header = ("what", "hunkwise", "peer", "limit", "")
widths = [max(len(line[column]) for line in [header, *rows]) for column in range(5)]
for line in [header, tuple("-" * width for width in widths), *rows]:
    print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
load = os.getloadavg()[0]
print("\nParsing, fingerprints and classification are CPU time of one thread; starting, reviewing and comparing are wall time.")
print(f"{os.cpu_count()} cores, load {load:.1f} at the end" + ("; other work was running, so wall times are too long" if load > 1.5 else ""))

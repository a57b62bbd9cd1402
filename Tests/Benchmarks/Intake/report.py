"""The intake beside a bare handler that only verifies and answers, in one run: report.py TOOL SECONDS WORK [HUNKWISE].

Both get the same signed deliveries of 20 kB from the same generator, in turns; the intake keeps each on the disk first.
With the program itself, what its service holds in memory while nothing comes.
"""

import os

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

TOOL = sys.argv[1]
SECONDS = sys.argv[2]
WORK = sys.argv[3]
HUNKWISE = sys.argv[4] if len(sys.argv) > 4 else None
ROUNDS = 3
# Soon after the start the service gives back what only starting needed.
IDLE_SECONDS = 10


def figures(text):
    return {name: float(value) for name, value in (line.split() for line in text.splitlines())}


def run(*arguments):
    return figures(subprocess.run([TOOL, *arguments], check=True, capture_output=True, text=True).stdout)


def megabytes(child):
    with open(f"/proc/{child.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


class Service:
    """`hunkwise serve` on a store of its own; nothing of it asks a forge."""

    ENVIRONMENT = {**os.environ, "BENCH_TOKEN": "a token of the bench", "BENCH_SECRET": "a secret of the bench"}

    def __init__(self, directory):
        self.path = f"{directory}/hunkwise.yaml"
        self.store = f"{directory}/serve/hunkwise.db"

    def serves(self, repositories):
        with open(self.path, "w", encoding="ascii") as file:
            file.write(
                "forges: [{kind: github, token_env: BENCH_TOKEN, webhook_secrets_env: [BENCH_SECRET], "
                f'repositories: [{{match: "{repositories}", mode: review}}]}}]\n'
                f'storage: {{url: "sqlite://{self.store}"}}\nserver: {{listen: "127.0.0.1:0"}}\n')

    def command(self, *arguments):
        return subprocess.run(
            [HUNKWISE, *arguments, "--config", self.path], check=True, capture_output=True, text=True,
            env=self.ENVIRONMENT).stdout

    def start(self):
        self.child = subprocess.Popen(
            [HUNKWISE, "serve", "--config", self.path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=self.ENVIRONMENT)
        line = self.child.stdout.readline()
        if not line:
            sys.exit("hunkwise serve did not start")
        return line.split("/webhooks")[0].rsplit(":", 1)[1]

    def stop(self):
        self.child.terminate()
        self.child.wait()

    def jobs(self, state):
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        try:
            return database.execute("SELECT count(*) FROM jobs WHERE state = ?", [state]).fetchone()[0]
        finally:
            database.close()


def service(directory):
    """What the service holds while nothing comes; and how it drains a queue of jobs that end at once, as their
    repositories are not served any more."""
    service = Service(directory)
    service.serves("acme/*")
    port = service.start()
    service.command("pause", "--all")
    time.sleep(IDLE_SECONDS)
    idle = megabytes(service.child)
    print(f"  hunkwise serve, idle for {IDLE_SECONDS} s: {idle:.0f} MB resident, ≤ 40 MB {mark(idle <= 40)}")
    first = 1
    # So many that the caches are full long before half of them are done.
    while service.jobs("queued") < 100_000:
        run("load", port, "64", "4", "100000", str(first))
        first += 100_000
    service.stop()
    queued = service.jobs("queued")
    service.serves("another/*")
    service.command("resume", "--all")
    service.start()
    begin = time.monotonic()
    half = None
    while (left := service.jobs("queued") + service.jobs("running")) > 0:
        if half is None and left <= queued / 2:
            half = megabytes(service.child)
        time.sleep(0.05)
    seconds = time.monotonic() - begin
    last = megabytes(service.child)
    service.stop()
    print(f"  {queued:,} queued jobs drain in {seconds:.1f} s: {queued / seconds:,.0f} /s,"
          f" {half:.0f} MB with half of them done, {last:.0f} MB at their end: {mark(last <= half * 1.05)}")


class Server:
    def __init__(self, *arguments):
        self.child = subprocess.Popen(
            [TOOL, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = self.child.stdout.readline().split()[1]

    def megabytes(self):
        return megabytes(self.child)

    def load(self, connections, changes, first):
        return run("load", self.port, str(connections), SECONDS, str(changes), str(first))

    def end(self):
        self.child.stdin.close()
        return figures(self.child.stdout.read())


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


def mark(holds):
    return "holds" if holds else "MISSED"


def middle(pairs, side, name):
    return sorted(pair[side][name] for pair in pairs)[len(pairs) // 2]


def compared(connections, what, pairs):
    plain, ours = middle(pairs, 0, "rate"), middle(pairs, 1, "rate")
    print(f"  {connections} connections, {what}")
    print(f"    bare handler, verifies and answers    {plain:8,.0f} /s   p99 {milliseconds(middle(pairs, 0, 'p99'))}")
    print(f"    intake, each kept on the disk first   {ours:8,.0f} /s   p99 {milliseconds(middle(pairs, 1, 'p99'))}"
          f"   ≥ 1,500 /s {mark(ours >= 1500)}")
    print(f"    ratio                                 {ours / plain:8.2f}      ≥ 0.4 {mark(ours / plain >= 0.4)}")


work = tempfile.mkdtemp(prefix="hunkwise-intake-", dir=WORK)
try:
    before = run("sync", work, "2")
    bare, intake = Server("bare"), Server("intake", work)
    new = "each delivery about another pull request"
    again = "about 4,096 pull requests again and again: each takes the place of the last"
    cases = [(64, new, 100_000), (256, new, 100_000), (64, again, 4096)]
    # No round repeats a pull request of another.
    first = iter(range(1, 8_000_000, 100_000))
    pairs = {}
    for connections, what, changes in cases:
        pairs[connections, what] = []
        for _ in range(ROUNDS):
            number = next(first)
            pairs[connections, what].append(
                (bare.load(connections, changes, number), intake.load(connections, changes, number)))
    calm = intake.load(4, 100_000, next(first))
    loaded = intake.megabytes()
    after = run("sync", work, "2")
    bare.child.terminate()
    kept = intake.end()
    runs = [pair[1] for case in pairs.values() for pair in case] + [calm]
    sent = sum(one["answered"] - one["refused"] for one in runs)
    print("intake: signed deliveries of 20 kB on loopback, the generator on the same machine, medians of"
          f" {ROUNDS} rounds of {SECONDS} s")
    for (connections, what), case in pairs.items():
        compared(connections, what, case)
    print(f"  4 connections                           {calm['rate']:8,.0f} /s   p50 {milliseconds(calm['p50'])}"
          f"   p99 {milliseconds(calm['p99'])}")
    print(f"  the disk keeps 4 kB in                  p50 {milliseconds(before['p50'])}, p99 {milliseconds(before['p99'])}"
          f" before; p99 {milliseconds(after['p99'])} after")
    print(f"  acknowledged {sent:,.0f}, in the store {kept['deliveries']:,.0f}: {mark(sent == kept['deliveries'])}")
    print(f"  the intake's memory after {sent:,.0f} deliveries: {loaded:.0f} MB")
    if HUNKWISE:
        service(work)
finally:
    shutil.rmtree(work)

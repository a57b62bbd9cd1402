"""The intake beside a bare handler that only verifies and answers, in one run: report.py TOOL SECONDS WORK [HUNKWISE].

Both get the same signed deliveries of 20 kB from the same generator, in turns; the intake keeps each on the disk first.
With the program itself, what its service holds in memory while nothing comes.
"""

import os

import shutil
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


def idle_service(directory):
    """What `hunkwise serve` holds, resident, after so many seconds without a delivery."""
    path = f"{directory}/hunkwise.yaml"
    with open(path, "w", encoding="ascii") as file:
        file.write(
            'forges: [{kind: github, token_env: BENCH_TOKEN, webhook_secrets_env: [BENCH_SECRET], '
            'repositories: [{match: "acme/*", mode: review}]}]\n'
            f'storage: {{url: "sqlite://{directory}/serve/hunkwise.db"}}\nserver: {{listen: "127.0.0.1:0"}}\n')
    child = subprocess.Popen(
        [HUNKWISE, "serve", "--config", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "BENCH_TOKEN": "a token of the bench", "BENCH_SECRET": "a secret of the bench, long enough"})
    try:
        if not child.stdout.readline():
            sys.exit("hunkwise serve did not start")
        time.sleep(IDLE_SECONDS)
        return megabytes(child)
    finally:
        child.terminate()
        child.wait()


class Server:
    def __init__(self, *arguments):
        self.child = subprocess.Popen(
            [TOOL, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = self.child.stdout.readline().split()[1]

    def megabytes(self):
        return megabytes(self.child)

    def load(self, connections):
        return run("load", self.port, str(connections), SECONDS)

    def end(self):
        self.child.stdin.close()
        return figures(self.child.stdout.read())


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


def mark(holds):
    return "holds" if holds else "MISSED"


work = tempfile.mkdtemp(prefix="hunkwise-intake-", dir=WORK)
try:
    before = run("sync", work, "2")
    bare, intake = Server("bare"), Server("intake", work)
    pairs = [(bare.load(64), intake.load(64)) for _ in range(ROUNDS)]
    calm = intake.load(4)
    loaded = intake.megabytes()
    after = run("sync", work, "2")
    bare.child.terminate()
    kept = intake.end()
    plain = sorted(pair[0]["rate"] for pair in pairs)[ROUNDS // 2]
    ours = sorted(pair[1]["rate"] for pair in pairs)[ROUNDS // 2]
    sent = sum(pair[1]["answered"] - pair[1]["refused"] for pair in pairs) + calm["answered"] - calm["refused"]
    print("intake: signed deliveries of 20 kB on loopback, the generator on the same machine, 64 connections")
    print(f"  bare handler, verifies and answers    {plain:8,.0f} /s   p99 {milliseconds(pairs[0][0]['p99'])}")
    print(f"  intake, each kept on the disk first   {ours:8,.0f} /s   p99 {milliseconds(pairs[0][1]['p99'])}"
          f"   ≥ 1,500 /s {mark(ours >= 1500)}")
    print(f"  ratio                                 {ours / plain:8.2f}      ≥ 0.4 {mark(ours / plain >= 0.4)}")
    print(f"  4 connections                         {calm['rate']:8,.0f} /s   p50 {milliseconds(calm['p50'])}"
          f"   p99 {milliseconds(calm['p99'])}")
    print(f"  the disk keeps 4 kB in                p50 {milliseconds(before['p50'])}, p99 {milliseconds(before['p99'])}"
          f" before; p99 {milliseconds(after['p99'])} after")
    print(f"  acknowledged {sent:,.0f}, in the store {kept['deliveries']:,.0f}: {mark(sent == kept['deliveries'])}")
    print(f"  the intake's memory after {sent:,.0f} deliveries: {loaded:.0f} MB")
    if HUNKWISE:
        idle = idle_service(work)
        print(f"  hunkwise serve, idle for {IDLE_SECONDS} s: {idle:.0f} MB resident, ≤ 40 MB {mark(idle <= 40)}")
finally:
    shutil.rmtree(work)

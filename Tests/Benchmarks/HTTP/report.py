"""Measures the HTTP client against servers on loopback and prints the figures beside their limits.

Usage: report.py HUNKWISE-HTTP-BENCH       The servers run on the same processors; the best of some rounds tells what the
client does, the median what the machine allowed just then.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TLS_SERVER = os.path.join(HERE, "..", "..", "HTTPClientTests", "Servers", "tls_server.py")
CALLS, LATENCY = 200, 0.1


class Server:
    def __init__(self, *command):
        self.process = subprocess.Popen([sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def measured(*arguments):
    done = subprocess.run([sys.argv[1], *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.stdout.strip()} {done.stderr.strip()}")
    return {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines())}


def row(what, value, limit=None):
    verdict = "" if limit is None else "holds" if value <= limit else "MISSED"
    print(f"{what:58} {value:10.3f} {'' if limit is None else limit:>8} {verdict}")


def burst(name, wall_limit, *arguments):
    figures = measured("burst", *arguments)
    row(f"{name}: wall, warm, best, in latencies", figures["warm_wall_best"] / LATENCY, wall_limit)
    row(f"{name}: wall, warm, median, in latencies", figures["warm_wall_median"] / LATENCY)
    row(f"{name}: wall, cold, in latencies", figures["cold_wall"] / LATENCY)
    row(f"{name}: processor a call, warm, ms", figures["warm_processor_a_call"] * 1000, 0.5)
    row(f"{name}: processor a call, cold, ms", figures["cold_processor_a_call"] * 1000)
    row(f"{name}: peak memory, MB", figures["peak_megabytes"], 60)


def main():
    print(f"{CALLS} calls at once, {LATENCY * 1000:.0f} ms latency{'':22} {'measured':>10} {'limit':>8}")
    with Server(os.path.join(HERE, "server.py"), str(LATENCY * 1000)) as server:
        burst("HTTP/1.1", 1.15, f"http://127.0.0.1:{server.port}/", CALLS, 20)
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = os.path.join(folder, "c.pem"), os.path.join(folder, "k.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
            check=True, stderr=subprocess.DEVNULL)
        with Server(TLS_SERVER, certificate, key) as server:
            # No limit on the wall time: the server of HTTP/2 is slow itself.
            burst("HTTP/2 over TLS", None, f"https://localhost:{server.port}/slow", CALLS, 20, certificate)
    print("one call after the other, no latency")
    with Server(os.path.join(HERE, "server.py"), "0") as server:
        figures = measured("chain", f"http://127.0.0.1:{server.port}/", 20000)
    row("HTTP/1.1: calls a second", figures["calls_a_second"])
    row("HTTP/1.1: processor a call, ms", figures["processor_a_call"] * 1000, 0.5)
    row("HTTP/1.1: memory grown over 20000 calls, MB", figures["growth_megabytes"], 4)


main()

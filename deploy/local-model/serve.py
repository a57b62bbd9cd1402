"""Serves a model file on 127.0.0.1 with llama.cpp's own server, until it is ended.

usage: serve.py FILE.gguf [PORT]    (PORT 0, the default, takes a free one)

Prints one line of JSON, {"port": ..., "model": ...}, once the model answers. Environment: LOCAL_MODEL_THREADS,
LOCAL_MODEL_CONTEXT (tokens, 8192), LOCAL_MODEL_CALLS (at once, 1).
"""

import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request

# Threads that spin while they wait are twenty times slower on a machine that has other work. Read when the library loads.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(port):
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
        except OSError:
            pass
        time.sleep(0.1)


def main():
    if not 2 <= len(sys.argv) <= 3 or not os.path.isfile(sys.argv[1]):
        print(__doc__, file=sys.stderr)
        return 2
    file = sys.argv[1]
    port = int(sys.argv[2]) if len(sys.argv) == 3 else 0
    import xllamacpp

    calls = int(os.environ.get("LOCAL_MODEL_CALLS", "1"))
    threads = int(os.environ.get("LOCAL_MODEL_THREADS", len(os.sched_getaffinity(0))))
    name = os.path.basename(file).removesuffix(".gguf")
    settings = xllamacpp.CommonParams()
    settings.model.path = file
    settings.model_alias = {name}
    settings.hostnames = ["127.0.0.1"]
    settings.port = port or free_port()
    settings.n_parallel = calls
    settings.n_ctx = calls * int(os.environ.get("LOCAL_MODEL_CONTEXT", "8192"))
    settings.n_gpu_layers = 0
    settings.cpuparams.n_threads = threads
    settings.cpuparams_batch.n_threads = threads
    settings.cache_ram_mib = 0
    settings.verbosity = 1
    settings.ui = False
    settings.endpoint_slots = False
    settings.offline = True
    server = xllamacpp.Server(settings)
    # Nothing is kept, so the end is at once: the library would first wait for open streams, half a minute and more.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    wait_until_healthy(settings.port)
    print(json.dumps({"port": settings.port, "model": name}), flush=True)
    while server:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())

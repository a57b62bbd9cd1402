"""A server process with one pull request, and checks that are counted."""
import json
import os
import subprocess
import tempfile
import urllib.request

LINES = [f"line {number}" for number in range(1, 21)]


def text(**changed):
    return "\n".join(changed.get(f"l{number}", line) for number, line in enumerate(LINES, 1)) + "\n"


class Stage:
    failures = 0

    def __init__(self, binary, *options):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "acme", "shop.git")
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", path], check=True)
        arguments = [binary, "--repositories", self.folder.name, "--content-per-minute", "0", *options]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        self.told = json.loads(self.process.stdout.readline())
        self.key = open(self.told["private_key_file"]).read()
        self.url = f"http://127.0.0.1:{self.told['port']}"
        commit = {"repository": "acme/shop", "files": {"src/cart.py": text(), "old.txt": "gone\n"}}
        self.base = self.control("POST", "commits", commit)["sha"]
        self.head = self.control(
            "POST", "commits",
            {"repository": "acme/shop", "branch": "feature", "from": "main",
             "files": {"src/cart.py": text(l3="changed 3", l17="changed 17"), "new.txt": "new\n", "old.txt": None}},
        )["sha"]
        self.control("POST", "pulls", {"repository": "acme/shop", "head": "feature", "title": "Change the cart"})

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_control/{path}", data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def check(self, name, wanted, got):
        if wanted == got:
            print(f"ok    {name}")
        else:
            Stage.failures += 1
            print(f"FAIL  {name}: wanted {wanted!r}, got {got!r}")

    def attempt(self, name, work):
        try:
            work()
            print(f"ok    {name}")
        except Exception as error:
            Stage.failures += 1
            print(f"FAIL  {name}: {type(error).__name__} {str(error)[:600]}")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

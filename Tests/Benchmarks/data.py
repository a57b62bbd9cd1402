"""Makes a repository of invented sources and the diffs that are measured; the same ones every time.

data.py DIRECTORY writes DIRECTORY/repo (tags base, review, small, large) and DIRECTORY/large.diff (about 50 MB).
With BENCH_REPO=path the large diff is taken from the history of that repository instead.
"""

import os
import random
import subprocess
import sys

WORDS = (
    "account amount archive batch block buffer cache channel client config count cursor digest entry error event field "
    "filter group handle header index item job key label level limit line list lock message metric name node offset "
    "option order owner packet page parent path payload policy price queue range record region report request result "
    "role route rule schema scope score session shard signal size source stage state store stream table target task "
    "token total trace type unit user value vector version view window worker"
).split()
LARGE_BYTES = 50_000_000
FILES = 1200
COMMITS = 25


def name(rng):
    return "_".join(rng.sample(WORDS, rng.randint(1, 3)))


def camel(rng):
    first, *rest = rng.sample(WORDS, rng.randint(1, 3))
    return first + "".join(word.title() for word in rest)


def python_function(rng):
    a, b, c = name(rng), name(rng), name(rng)
    return [
        f"def {name(rng)}({a}, {b}=None):",
        f'    """Return the {b} of {a}."""',
        f"    if {a} is None:",
        f'        raise ValueError("{a} is missing")',
        f"    {c} = [{b} for {b} in {a}.{name(rng)}() if {b}.{name(rng)} > {rng.randint(0, 99)}]",
        f"    for index, value in enumerate({c}):",
        f"        {a}.{name(rng)}[index] = value * {rng.randint(2, 9)}",
        f"    return {c}",
        "",
        "",
    ]


def go_function(rng):
    a, b = camel(rng), camel(rng)
    return [
        f"func {camel(rng).title()}({a} []int, {b} string) (int, error) {{",
        f"\ttotal := {rng.randint(0, 99)}",
        f"\tfor _, value := range {a} {{",
        f"\t\tif value > {rng.randint(0, 99)} {{",
        f"\t\t\ttotal += value * {rng.randint(2, 9)}",
        "\t\t}",
        "\t}",
        f'\tif {b} == "" {{',
        f'\t\treturn 0, errors.New("{b} is empty")',
        "\t}",
        "\treturn total, nil",
        "}",
        "",
    ]


def typescript_function(rng):
    a, b = camel(rng), camel(rng)
    return [
        f"export async function {camel(rng)}({a}: string[], {b}: Map<string, number>): Promise<number> {{",
        f"  const limit = {rng.randint(0, 99)};",
        "  let total = 0;",
        f"  for (const key of {a}) {{",
        f"    const value = {b}.get(key) ?? limit;",
        f"    if (value > {rng.randint(0, 99)}) total += value;",
        "  }",
        f"  await this.{camel(rng)}.{camel(rng)}(total);",
        "  return total;",
        "}",
        "",
    ]


KINDS = [("py", python_function), ("go", go_function), ("ts", typescript_function)]


def source(rng, index):
    suffix, function = KINDS[index % len(KINDS)]
    lines = ["package part", ""] if suffix == "go" else []
    for _ in range(rng.randint(8, 30)):
        lines += function(rng)
    return f"src/{rng.choice(WORDS)}/{rng.choice(WORDS)}_{index}.{suffix}", lines


def edit(rng, lines, kind, edits=3):
    """Replaced, new and dropped lines, far enough apart to be hunks of their own."""
    lines = list(lines)
    for part in range(edits):
        low = len(lines) * part // edits
        at = rng.randint(low, max(low, len(lines) * (part + 1) // edits - 12))
        what = rng.random()
        if what < 0.5:
            end = min(len(lines), at + rng.randint(1, 3))
            lines[at:end] = [line.replace("total", name(rng)) + f"  # {rng.randint(0, 999)}" for line in lines[at:end]]
        elif what < 0.8:
            lines[at:at] = KINDS[kind][1](rng)
        else:
            del lines[at : at + rng.randint(1, 5)]
    return lines


def text(lines):
    return ("\n".join(lines) + "\n").encode()


class Importer:
    def __init__(self, repository):
        subprocess.run(["git", "init", "-q", "--bare", repository], check=True, env=ENVIRONMENT)
        self.process = subprocess.Popen(
            ["git", "-C", repository, "fast-import", "--quiet"], stdin=subprocess.PIPE, env=ENVIRONMENT)
        self.clock = 1_600_000_000

    def commit(self, branch, files, removed=(), parent=None):
        out = self.process.stdin
        self.clock += 60
        message = b"step"
        out.write(f"commit refs/heads/{branch}\ncommitter A <a@example.com> {self.clock} +0000\n".encode())
        out.write(b"data %d\n%s\n" % (len(message), message))
        if parent:
            out.write(f"from refs/heads/{parent}\n".encode())
        for path in removed:
            out.write(f"D {path}\n".encode())
        for path, data in files:
            out.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")

    def finish(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            sys.exit("git fast-import failed")


ENVIRONMENT = {
    "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


def make_repository(path):
    rng = random.Random(7)
    files = [source(rng, index) for index in range(FILES)]
    importer = Importer(path)
    importer.commit("base", [(name, text(lines)) for name, lines in files])

    def variant(branch, count, renames, edits):
        changed, removed = [], []
        for index in range(count):
            name, lines = files[index]
            if index < renames:
                removed.append(name)
                name = f"moved/{index}/{os.path.basename(name)}"
            changed.append((name, text(edit(rng, lines, index % len(KINDS), edits))))
        importer.commit(branch, changed, removed, parent="base")

    variant("review", 20, 0, 2)
    variant("small", 100, 10, 3)
    variant("large", 1000, 300, 3)
    current = [lines for _, lines in files]
    for number in range(COMMITS):
        changed = []
        for index in rng.sample(range(FILES), 300):
            current[index] = edit(rng, current[index], index % len(KINDS))
            changed.append((files[index][0], text(current[index])))
        importer.commit("history", changed, parent="base" if number == 0 else None)
    importer.finish()


def make_large_diff(repository, branch, path):
    log = ["git", "-C", repository, "log", "-p", "--no-color", "--no-ext-diff", "--no-textconv", "--no-merges", *branch]
    part = path + ".part"
    with open(part, "wb") as out:
        process = subprocess.Popen(log, stdout=subprocess.PIPE, env={**ENVIRONMENT, "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"})
        written = 0
        ended = b""
        # Whole commits only, until there is enough.
        for line in process.stdout:
            if line.startswith(b"commit ") and written >= LARGE_BYTES:
                break
            out.write(line)
            written += len(line)
            ended = line
        process.stdout.close()
        process.wait()
        if not ended.endswith(b"\n"):
            out.write(b"\n")
    with open(part, "rb") as once, open(path, "wb") as out:
        data = once.read()
        if not data:
            sys.exit(f"no diff came out of {repository}")
        for _ in range(max(1, -(-LARGE_BYTES // len(data)))):
            out.write(data)
    os.replace(part, os.path.join(os.path.dirname(path), "classify.diff"))


def main():
    directory = sys.argv[1]
    os.makedirs(directory, exist_ok=True)
    repository = os.path.join(directory, "repo")
    if not os.path.exists(os.path.join(repository, "done")):
        subprocess.run(["rm", "-rf", repository], check=True)
        make_repository(repository)
        open(os.path.join(repository, "done"), "w").close()
    wanted = os.environ.get("BENCH_REPO", "")
    stamp = os.path.join(directory, "large.source")
    large = os.path.join(directory, "large.diff")
    if not os.path.exists(large) or not os.path.exists(stamp) or open(stamp).read() != wanted:
        make_large_diff(wanted or repository, [] if wanted else ["base..history"], large)
        with open(stamp, "w") as out:
            out.write(wanted)


main()

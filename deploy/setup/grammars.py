"""Fetches, checks and unpacks what grammars.sh installs. Only the standard library and pip.

usage: grammars.py TABLE STAND_INS DIRECTORY MACHINE MADE_FROM
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

FAILED, USAGE, NOT_FETCHED, NOT_PINNED = 1, 2, 3, 4


class Refusal(Exception):
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def read_table(file, machine):
    """The rows for a machine: (file, package, version, digest)."""
    column = {"x86_64": 3, "aarch64": 4}.get(machine)
    if column is None:
        raise Refusal(USAGE, f"there are no grammars for {machine}, only for x86_64 and aarch64")
    with open(file, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return [(row[0], row[1], row[2], row[column]) for row in rows]


def pip(*arguments):
    """Runs pip and returns its messages, empty if it succeeded."""
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments], env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return "" if done.returncode == 0 else done.stdout or "pip failed without a word"


def refusal(messages, what):
    lines = [line.strip() for line in messages.splitlines() if line.strip()]
    if any("DO NOT MATCH THE HASHES" in line for line in lines):
        return Refusal(NOT_PINNED, f"a file of {what} is not the one that is pinned; nothing was installed:\n  " +
                       "\n  ".join(line for line in lines if "Expected" in line or "Got" in line or "from" in line))
    reason = next((line for line in lines if line.startswith("ERROR")), lines[-1])
    return Refusal(NOT_FETCHED, f"{what} could not be fetched: {reason}\n  Is there a network, and does "
                   "`pip download` work? Everything but syntax trees works without the grammars.")


def fetch_wheels(rows, machine, directory):
    wanted = os.path.join(directory, "wanted.txt")
    with open(wanted, "w", encoding="utf-8") as file:
        for _, package, version, digest in rows:
            file.write(f"{package}=={version} --hash=sha256:{digest}\n")
    platforms = [f"--platform={name}_{machine}" for name in ("manylinux2014", "manylinux_2_17", "manylinux_2_28")]
    if machine == "x86_64":
        platforms += ["--platform=manylinux1_x86_64", "--platform=manylinux_2_5_x86_64"]
    messages = pip(
        "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--implementation=cp",
        "--python-version=3.11", "--abi=abi3", *platforms, "--dest", directory, "--requirement", wanted)
    if messages:
        raise refusal(messages, "the grammars")


# `pip download` would run the archive's build script to learn what it already is told, so pip is asked for no more than
# the place of the file and for its bytes.
FETCH_SOURCE = """
import sys
from pip._internal.commands import create_command
package, names, target = sys.argv[1], sys.argv[2].split(","), sys.argv[3]
command = create_command("download")
options, _ = command.parse_args(["--quiet", package])
with command.main_context():
    session = command.get_default_session(options)
    finder = command._build_package_finder(options, session, ignore_requires_python=True)
    link = next(c.link for c in finder.find_all_candidates(package) if c.link.filename in names)
    answer = session.get(link.url_without_fragment, headers={"Accept-Encoding": "identity"})
    answer.raise_for_status()
    open(target, "wb").write(answer.content)
"""


def fetch_source(row, directory):
    """The source archive of a package."""
    _, package, version, digest = row
    names = [f"{name}-{version}.tar.gz" for name in (package.replace("-", "_"), package)]
    target = os.path.join(directory, names[0])
    done = subprocess.run(
        [sys.executable, "-c", FETCH_SOURCE, package, ",".join(names), target], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode != 0 or not os.path.exists(target):
        # A pip that is arranged differently inside: the long way.
        wanted = os.path.join(directory, "source.txt")
        with open(wanted, "w", encoding="utf-8") as file:
            file.write(f"{package}=={version} --hash=sha256:{digest}\n")
        messages = pip(
            "download", "--quiet", "--no-deps", "--no-binary=:all:", "--require-hashes", "--dest", directory,
            "--requirement", wanted)
        if messages:
            raise refusal(messages, package)
        target = next(path for path in (os.path.join(directory, name) for name in names) if os.path.exists(path))
    with open(target, "rb") as file:
        found = hashlib.sha256(file.read()).hexdigest()
    if found != digest:
        raise Refusal(NOT_PINNED, f"the source of {package} {version} is not the one that is pinned; nothing was "
                      f"installed:\n  expected {digest}\n  got      {found}")
    return target


def unpack_grammar(row, directory, target):
    name, package, version, _ = row
    start = f"{package.replace('-', '_')}-{version}-"
    wheel = next(file for file in sorted(os.listdir(directory)) if file.startswith(start) and file.endswith(".whl"))
    with zipfile.ZipFile(os.path.join(directory, wheel)) as archive:
        members = [member for member in archive.namelist() if member.endswith("/_binding.abi3.so")]
        if len(members) != 1:
            raise Refusal(FAILED, f"{wheel} holds {len(members)} grammars instead of one")
        with archive.open(members[0]) as source, open(os.path.join(target, name + ".so"), "wb") as file:
            shutil.copyfileobj(source, file)


def build_core(archive, stand_ins, directory, target):
    sources = os.path.join(directory, "core")
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            parts = member.name.split("/")
            if not member.isfile() or "lib" not in parts or ".." in parts or not member.name.endswith((".c", ".h")):
                continue
            path = os.path.join(sources, *parts[parts.index("lib"):])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(tar.extractfile(member).read())
    lib = os.path.join(sources, "lib")
    # A name of its own, so that the loader never takes the system's tree-sitter for it.
    done = subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", "-std=c11", "-D_GNU_SOURCE", "-D_DEFAULT_SOURCE", f"-I{lib}/include",
         f"-I{lib}/src", f"{lib}/src/lib.c", stand_ins, "-Wl,-soname,libhunkwise-tree-sitter.so", "-o",
         os.path.join(target, "core.so")], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Refusal(FAILED, f"tree-sitter did not compile:\n{done.stdout}")


def install(table, stand_ins, directory, machine, made_from):
    rows = read_table(table, machine)
    cores = [row for row in rows if row[0] == "core"]
    grammars = [row for row in rows if row[0] != "core"]
    os.makedirs(directory, exist_ok=True)
    # On the same file system as the target, so that each file appears there whole or not at all.
    with tempfile.TemporaryDirectory(prefix=".new-", dir=directory) as work:
        ready = os.path.join(work, "ready")
        os.mkdir(ready)
        for row in cores:
            build_core(fetch_source(row, work), stand_ins, work, ready)
        fetch_wheels(grammars, machine, work)
        for row in grammars:
            unpack_grammar(row, work, ready)
        with open(os.path.join(ready, "manifest"), "w", encoding="utf-8") as file:
            file.write(made_from + "\n")
            file.writelines(f"{name}\t{package}\t{version}\n" for name, package, version, _ in rows)
        for name in sorted(os.listdir(ready), key=lambda name: name == "manifest"):
            os.chmod(os.path.join(ready, name), 0o644)
            os.replace(os.path.join(ready, name), os.path.join(directory, name))


def main():
    try:
        install(*sys.argv[1:])
    except Refusal as problem:
        print(f"grammars.sh: {problem}", file=sys.stderr)
        return problem.code
    except (OSError, StopIteration, tarfile.TarError, zipfile.BadZipFile) as problem:
        print(f"grammars.sh: {type(problem).__name__}: {problem}", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())

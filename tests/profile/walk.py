"""docs/profiling.md: a failure means a command that the reader can't run, or a picture that none makes. What they print
differs from machine to machine. Usage: walk.py BUILD-FOLDER [--update]; --update writes what they print here, and the
pictures, into the document."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from support import BUILD, ROOT, need

DOCUMENT = ROOT / "docs/profiling.md"
PICTURES = {"profile-callgraph.svg": "analytic-callgraph.svg", "profile-flamegraph.svg": "avx2-flamegraph.svg",
            "profile-memory.svg": "avx2-memory.svg"}
update = "--update" in sys.argv


def run(command, folder):
    # tools/profile would take the build beside itself.
    typed = command.replace("tools/profile ", f"tools/profile --build {folder}/build ")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", typed], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    here = done.returncode == 0 or " can't run here: " in done.stdout
    assert here, f"$ {command}\nexit status {done.returncode}\n{done.stdout}"
    print(f"$ {command}\n{done.stdout}", flush=True)
    return done.stdout


def filled(block, folder):
    """A block of commands, each with what it prints below it."""
    commands = [line for line in block[1].splitlines() if line.startswith("$ ")]
    assert commands, "a block without a command"
    return "```console\n" + "".join(f"{command}\n{run(command[2:], folder)}" for command in commands) + "```\n"


if not update:
    need("valgrind", "perf", "llvm-mca-19", "dot", "gnuplot")
text = DOCUMENT.read_text(encoding="utf-8")
with tempfile.TemporaryDirectory(prefix="whirl-") as name:
    folder = pathlib.Path(name)
    (folder / "tools").symlink_to(ROOT / "tools")
    # The build's folder as the reader has it, but with nothing in it that is kept
    (folder / "build").mkdir()
    for entry in BUILD.resolve().iterdir():
        if entry.name != "profile":
            (folder / "build" / entry.name).symlink_to(entry)
    text = re.sub(r"^```console\n(.*?)^```\n", lambda block: filled(block, folder), text, flags=re.DOTALL | re.MULTILINE)
    for shown, made in PICTURES.items():
        assert f"(pictures/{shown})" in text, f"{shown} is not shown"
        assert (DOCUMENT.parent / "pictures" / shown).exists() or update, f"{shown} is not there"
        if update:
            shutil.copyfile(folder / "build/profile" / made, DOCUMENT.parent / "pictures" / shown)
if update:
    DOCUMENT.write_text(text, encoding="utf-8")

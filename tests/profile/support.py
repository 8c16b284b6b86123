"""What the tests of tools/profile share: they run it on a small case, and look whether the answer is right."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.dom.minidom

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from profiling.programs import PACKAGES  # noqa: E402 (the path comes first)

SKIPPED = 77
BUILD = pathlib.Path(sys.argv[1])

for name in [name for name in os.environ if name.startswith("WHIRL_")]:
    del os.environ[name]
_folder = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(_folder.name)


def need(*programs):
    """Skips the test where one of them is not installed."""
    for program in programs:
        if not shutil.which(program):
            print(f"skipped: {program} is not installed; it is in the package {PACKAGES[program]}")
            sys.exit(SKIPPED)


def run(*arguments, path=None):
    """tools/profile's exit status, output and complaint; `path`: where it finds programs."""
    environment = {**os.environ, "PATH": str(path)} if path else os.environ
    done = subprocess.run([sys.executable, ROOT / "tools/profile", "--build", BUILD, "--output", FOLDER, *arguments],
                          capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stdout, done.stderr


def answer(kernel, question, *more, path=None):
    """The lines of an answer, which must be given without a complaint."""
    status, said, complaint = run("--kernel", kernel, *more, question, path=path)
    print(said)
    assert status == 0 and not complaint, f"{kernel} {question}: exit status {status}: {complaint}"
    return said.splitlines()


def runs():
    """The kernels that this machine can run."""
    said = subprocess.run([BUILD / "whirl-info", "--json"], check=True, capture_output=True).stdout
    return {kernel["name"] for kernel in json.loads(said)["kernels"] if kernel["runs_here"]}


def without(*names):
    """A folder of programs as on this machine, but for some."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDER))
    for place in os.environ["PATH"].split(os.pathsep):
        for program in pathlib.Path(place).iterdir() if pathlib.Path(place).is_dir() else ():
            if program.name not in names and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return folder


def row(lines, text):
    """The words of the one line that ends or begins with that text."""
    found = [line for line in lines if line.split() and text in (line.split()[0], line.split()[-1])]
    assert len(found) == 1, f"'{text}' begins or ends {len(found)} lines"
    return found[0].split()


def cells(lines):
    """The lines of tables: what stands first in each, to what stands beside it."""
    split = [re.split(r"\s{2,}", line.strip()) for line in lines]
    return {first: others for first, *others in split if others}


def kept(lines, name):
    """The file that was kept; the last line names it, and what opens it."""
    path = FOLDER / name
    assert f"kept in {path}: open it with " in lines[-1], lines[-1]
    assert path.stat().st_size > 0
    return path


def picture(name):
    """The texts of a picture."""
    document = xml.dom.minidom.parse(str(FOLDER / name))
    return [node.firstChild.data for tag in ("text", "title") for node in document.getElementsByTagName(tag)
            if node.firstChild and node.firstChild.nodeType == node.TEXT_NODE]

"""The programs that answer: in which package each is, and what they say when they fail."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys

from plotting.problems import Problem

PACKAGES = {
    "addr2line": "binutils",
    "dot": "graphviz",
    "gnuplot": "gnuplot-nox",
    "llvm-mca-19": "llvm-19",
    "nm": "binutils",
    "objdump": "binutils",
    "opt-19": "llvm-19",
    "perf": "linux-perf",
    "valgrind": "valgrind",
}


def need(*names):
    """Complains of the first that is not installed."""
    for name in names:
        if not shutil.which(name):
            package = PACKAGES[name]
            raise Problem(f"{name} is not installed; tools/setup --profiling installs it, or apt-get install {package}")


def need_any(*names):
    """Complains where none of them is installed."""
    if not any(map(shutil.which, names)):
        raise Problem(f"neither {' nor '.join(names)} is installed; tools/setup --profiling installs them, or apt-get install "
                      + " or ".join(PACKAGES[name] for name in names))


def complaint(text):
    """The line in which a program says what is wrong: bench's own, whatever runs it, or the last; valgrind's last one is
    where help is to be had."""
    lines = [re.sub(r"^==\d+== *", "", line).strip() for line in text.splitlines()]
    lines = [line for line in lines if line and "Use --help " not in line]
    bench = [line for line in lines if line.startswith("bench: ")]
    return (bench or lines or ["it says nothing"])[-1]


def failure(name, status, said):
    """The problem of a program that came to an end with this status, in subprocess's words, after it had said that."""
    if status >= 0:
        return Problem(f"{name} failed: {complaint(said)}")
    cause = ", as where memory runs out: fewer particles need less" if -status == signal.SIGKILL else ""
    return Problem(f"{name} was ended by {signal.Signals(-status).name}{cause}")


@contextlib.contextmanager
def telling(what):
    """Says on a terminal what takes its time, as long as it does."""
    if not sys.stderr.isatty():
        yield
        return
    print(f"{what} ...", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def run(arguments, stdin=""):
    """What the program printed on standard output and on standard error. Numbers are the same whatever the language, and
    functions are bound before the work begins."""
    if os.sep not in str(arguments[0]):
        need(arguments[0])
    done = subprocess.run([str(argument) for argument in arguments], input=stdin, capture_output=True, text=True,
                          check=False, env={**os.environ, "LC_ALL": "C.UTF-8", "LD_BIND_NOW": "1"})
    if done.returncode != 0:
        raise failure(os.path.basename(arguments[0]), done.returncode, done.stderr)
    return done.stdout, done.stderr

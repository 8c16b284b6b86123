"""perf and valgrind without tools/profile: a failure means that profilers that a user runs by hand show something else
than the kernel's name and source."""

import json
import re
import subprocess

from support import BUILD, FOLDER, need

from profiling import perf
from profiling.source import symbols

WORK = [BUILD / "bench", "--kernel", "swapped", "--n", "1000", "--once"]


def run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=True, capture_output=True, text=True).stdout


# Each kernel has a symbol of its own.
kernels = json.loads(run(BUILD / "whirl-info", "--json"))["kernels"]
for serial in {kernel["serial"] for kernel in kernels}:
    assert "whirl_kernel_" + serial.replace("-", "_") in symbols(BUILD / "bench"), serial

need("valgrind")
run("valgrind", "--tool=cachegrind", f"--cachegrind-out-file={FOLDER}/cachegrind.out", *WORK, "--steps", "1000")
functions = re.findall(r"^\s*[\d,]+ \(.*?\).* (\S+):(\S+)$", run("cg_annotate", FOLDER / "cachegrind.out"), re.MULTILINE)
assert functions, "cg_annotate lists functions"
assert functions[0][0].endswith("kernels/swapped.c") and functions[0][1] == "whirl_kernel_swapped", functions[0]

need("perf")
if perf.samples_here():  # which a container may not allow
    run("perf", "record", "-o", FOLDER / "perf.data", "-e", "cpu-clock", "-g", *WORK, "--steps", "100000")
    report = run("perf", "report", "-i", FOLDER / "perf.data", "--stdio", "--no-children", "-g", "caller")
    first = [line for line in report.splitlines() if line.strip() and not line.startswith("#")][0]
    assert first.split()[-1] == "whirl_kernel_swapped", first
    # By frame pointers, which take no more than a register
    callers = report.split("whirl_kernel_swapped", 1)[1]
    assert "once_work" in callers and "main" in callers, callers

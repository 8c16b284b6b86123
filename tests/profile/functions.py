"""tools/profile functions: a failure means that work is attributed to another function than does it, or calls that are
not there. As perf samples it, and as callgrind counts it where perf is not installed."""

import os
import re

from support import answer, kept, need, row, runs, without

from profiling import perf, stacks


def rows(lines):
    """The cells of the rows, by function; that of calls may be missing."""
    split = [re.split(r"\s{2,}", line.strip()) for line in lines[2:]]
    return {cells[-1]: cells[:-1] for cells in split if len(cells) >= 5}


def total(lines, function):
    """The per cent of the run that are in a function and in what it calls."""
    return float(rows(lines).get(function, "0 0 0 0".split())[3])


need("valgrind")
for path, file in ((None, None), (without("perf"), "analytic.callgrind.out")):
    lines = answer("swapped", "functions", "--n", "1000", "--steps", "1000", path=path)
    top = lines[2].split()
    assert top[-1] == "whirl_kernel_swapped" and top[-2] == "1", f"the kernel is not the first, called once: {top}"
    assert row(lines, "once_work")[-2] == "1"

    # libm's functions are called for each particle, and take most of the time. They have several names.
    lines = answer("analytic", "functions", "--n", "1000", "--steps", "1", path=path)
    assert row(lines, "whirl_kernel_analytic")[-2] == "1"
    for name in "sincos", "atan2":
        found = {function: cells for function, cells in rows(lines).items() if name in function and "@plt" not in function}
        assert found, f"{name} is called"
        assert all(cells[4:] == ["1000"] for cells in found.values()), f"it is called for each particle: {found}"
    assert "sincos" in lines[2] + lines[3] and "atan2" in lines[2] + lines[3]
    if file:
        kept(lines, file)

    # What a kernel over threads is called by does no work itself, and is known to be called.
    lines = answer("omp", "functions", "--n", "1000", "--steps", "1000", "--threads", "2", path=path)
    calls = rows(lines)["whirl_kernel_swapped"][4:]
    assert calls and rows(lines)["move_range"][4:] == calls, "each call of the kernel is one of move_range's"

if perf.samples_here():
    # Stacks with more vectors on them than perf keeps by default
    for kernel in {"analytic-avx2", "newton-avx512", "analytic-avx512"} & runs():
        lines = answer(kernel, "functions", "--n", "50000", "--steps", "10")
        for function in ("once_work", "move", "whirl_evolve_steps"):
            assert total(lines, function) > 95, f"{function} calls the work, and is said to take {total(lines, function)} %"

    # A thread that has nothing to do is no set-up.
    os.environ["OMP_WAIT_POLICY"] = "active"
    lines = answer("omp", "functions", "--n", "1", "--steps", "100000", "--threads", "2")
    assert total(lines, "(outside of the work)") < 10

# What is not of the work: a worker's waiting, its part of the set-up, and the main thread's
WORKER = ["(in libgomp.so.1.0.0)", "start_thread", "clone3"]
OBJECTS = {"(in libgomp.so.1.0.0)": "/lib/libgomp.so.1.0.0", "touch": "/build/bench", "main": "/build/bench"}
for main, names, called in ((False, WORKER, "(waiting for work, in libgomp.so.1.0.0)"),
                            (False, ["touch", *WORKER], "(outside of the work)"),
                            (True, [WORKER[0], "main"], "(outside of the work)")):
    sample = perf.Sample(1e-3, main, [perf.Frame(0, name, None, OBJECTS.get(name, "/lib/libc.so.6")) for name in names])
    assert stacks.elsewhere(sample, "/build/bench") == called, names

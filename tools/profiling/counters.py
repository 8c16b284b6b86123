"""counters: what the CPU itself counted, where the machine has counters that programs may read."""

import pathlib
import tempfile

from plotting import files
from plotting.axes import significant
from plotting.problems import Problem
from profiling import perf, programs, tables

SECONDS = 1.0  # of counting, beside which set-up is nothing
LINE = 64

# Operations in an instruction; a fused one is counted twice by the CPU itself. Intel's events.
OPERATIONS = {"fp_arith_inst_retired.scalar_double": ("scalar", 1),
              "fp_arith_inst_retired.128b_packed_double": ("128 bits", 2),
              "fp_arith_inst_retired.256b_packed_double": ("256 bits", 4),
              "fp_arith_inst_retired.512b_packed_double": ("512 bits", 8)}
ALL_OPERATIONS = "fp_ret_sse_avx_ops.all"  # AMD's
EVENTS = ["cycles", "instructions", "branch-misses", "cache-misses", *OPERATIONS, ALL_OPERATIONS]

INSTEAD = """this machine's counters can't be read: {}
without them:
  cycles, IPC      tools/profile pipeline: predicted by llvm-mca, beside the measured time
  instructions     tools/profile instructions: counted by callgrind
  FLOPs by width   tools/profile instructions; build/bench has the GFLOP/s that the kernel reaches
  bandwidth        build/bench has GB/s, and build/bench --limits what the machine can do
  cache misses     tools/profile cache: simulated"""


def _known():
    """The events that perf knows here, and that are counted."""
    known = []
    with tempfile.TemporaryDirectory() as folder:
        for event in EVENTS:
            try:
                known += perf.count(["true"], [event], pathlib.Path(folder, "perf.stat"))
            except Problem:  # that perf has no such event for this CPU
                continue
    return known


def answer(target, folder, _arguments):
    programs.need("perf")
    measured = target.settle()
    known = _known()
    if not {"cycles", "instructions"} <= set(known):
        print(INSTEAD.format("perf counts no cycles here, as in most virtual machines"))
        return None
    repetitions = target.repetitions_for(SECONDS, measured)
    path = folder / f"{target.kernel}.perf.stat"
    counts = perf.count(target.command(repetitions=repetitions), known, path)
    units = target.units * repetitions
    seconds = measured["best_seconds"] * repetitions
    rows = [(event, f"{counts[event]:,.0f}", significant(counts[event] / units)) for event in known if event in counts]
    flops = {name: counts[event] * each for event, (name, each) in OPERATIONS.items() if counts.get(event)}
    if ALL_OPERATIONS in counts:
        flops["any width"] = counts[ALL_OPERATIONS]
    rows += [(f"floating-point operations, {name}", f"{number:,.0f}", significant(number / units))
             for name, number in flops.items()]
    print(f"{target.words()}, {repetitions:,} times, set-up included")
    print("\n".join(tables.table(("", "in all", f"a {target.unit}"), rows, left=(0,))))
    print(f"{significant(counts['instructions'] / counts['cycles'])} instructions a cycle")
    if "cache-misses" in counts:
        print(f"about {significant(counts['cache-misses'] * LINE / seconds / 1e9)} GB/s from memory, a line for each miss")
    return path, "any editor; perf stat -d counts more"

"""cache: which accesses to memory miss the caches, as valgrind simulates them, for each particle-step."""

import math

from plotting.axes import significant
from profiling import callgrind, tables

LINE = 64
# What a core's part of the last level is at most taken to be. A guest of a few cores is often told the whole host's.
LAST_LEVEL_OF_CORE = 4 << 20
FIRST_LEVEL = 32 << 10  # where the machine doesn't tell


def _geometry(size):
    """A cache of about that size as valgrind takes it, which wants a power of two of sets: bytes, ways, line."""
    for ways in (8, 12, 10, 16):
        if math.log2(size / LINE / ways).is_integer():
            return size, ways, LINE
    return 1 << int(math.log2(size)), 8, LINE


def sizes(machine):
    """The first and the last level to simulate, and whether the machine's own figure for the last is believed."""
    caches = machine["cache_bytes"]
    last = caches["l3"] or caches["l2"] or LAST_LEVEL_OF_CORE
    most = LAST_LEVEL_OF_CORE * max(machine["usable_cores"], 1)
    first = _geometry(int(caches["l1_data"] or FIRST_LEVEL))
    return first, _geometry(int(min(last, most))), last <= most


def answer(target, folder, _arguments):
    target.settle()
    first, last, believed = sizes(target.info["machine"])
    path = folder / f"{target.kernel}.cache.callgrind.out"
    counts = callgrind.run(target, path, "--cache-sim=yes", f"--D1={','.join(map(str, first))}",
                           f"--LL={','.join(map(str, last))}")
    def row(name, event):
        number = counts.executions(event)
        return name, f"{number:,}", significant(number / target.units)

    print(f"{target.words()}, which are {tables.size(24 * target.n)}")
    print(f"simulated: first level {tables.size(first[0])}, last level {tables.size(last[0])}"
          + ("" if believed else ", for this machine's figure is a whole host's"))
    rows = [row("instructions", "Ir"), row("reads", "Dr"), row("writes", "Dw"),
            row("first level: missed reads", "D1mr"), row("first level: missed writes", "D1mw"),
            row("last level: missed reads", "DLmr"), row("last level: missed writes", "DLmw")]
    print("\n".join(tables.table(("", "in all", f"a {target.unit}"), rows, left=(0,))))
    missed = counts.executions("D1mr") + counts.executions("D1mw")
    print(f"from beyond the first level come {significant(missed * LINE / target.units)} bytes a {target.unit}")
    return path, "kcachegrind, or callgrind_annotate FILE"

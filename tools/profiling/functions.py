"""functions: which functions take the time, by themselves and with what they call."""

import collections

from plotting.problems import Problem
from profiling import callgrind, stacks, tables

LEAST_SHARE = 0.005


def by_function(taken):
    """What each function takes by itself and what is inlined into it, and with what it calls."""
    own, total = collections.Counter(), collections.Counter()
    for stack, cost in taken.costs.items():
        names = [function.name for function in stack if not function.inlined]
        own[names[-1]] += cost
        for name in set(names):
            total[name] += cost
    return own, total


def _calls(target, folder):
    """How often each function is called in one run, or the sentence why that isn't known."""
    try:
        counts = callgrind.run(target, folder / f"{target.kernel}.callgrind.out")
    except Problem as problem:
        return {}, str(problem)
    return {function: counts.calls_of(function) or 1 for function in counts.functions}, None


def answer(target, folder, _arguments):
    taken, path = stacks.take(target, folder, target.settle())
    calls, unknown = _calls(target, folder)
    own, total = by_function(taken)

    rows = [(taken.words(own[function]), tables.share(own[function], taken.total), taken.words(total[function]),
             tables.share(total[function], taken.total), calls.get(function, ""), function)
            for function in sorted(total, key=lambda name: (-own[name], -total[name]))
            if total[function] >= LEAST_SHARE * taken.total]
    print(f"{target.words()}: {taken.unit} by {taken.by}")
    print("\n".join(tables.table(("self", "%", "total", "%", "calls a run", "function"), rows, left=(5,))))
    if unknown:
        print(f"calls are not counted: {unknown}")
    return path, "hotspot, or perf report --input FILE" if taken.unit == "time" else "kcachegrind"

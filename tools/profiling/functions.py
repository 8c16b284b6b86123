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


def _namesakes(entries, others):
    """The names that functions of one run have in another, found by where they begin: a library has several names for some,
    and programs differ in which one they show."""
    names = {}
    for object_ in {object_ for object_, _ in entries}:
        here = {name: begin for (where, name), begin in entries.items() if where == object_}
        there = {begin: name for (where, name), begin in others.items() if where == object_}
        shifts = collections.Counter(a - b for a in here.values() for b in there if (a - b) % callgrind.PAGE == 0)
        for shift, _ in shifts.most_common(1):
            names |= {name: there[begin - shift] for name, begin in here.items() if begin - shift in there}
    return names


def _calls(target, folder, taken):
    """How often each function is called in one run, or the sentence why that isn't known."""
    try:
        counts = taken.counts or callgrind.run(target, folder / f"{target.kernel}.callgrind.out")
    except Problem as problem:
        return {}, str(problem)
    names = _namesakes(taken.entries, counts.entries()) | {function: function for function in counts.functions}
    return {function: counts.calls_of(name) or "" for function, name in names.items()}, None


def answer(target, folder, _arguments):
    taken, path = stacks.take(target, folder, target.settle())
    calls, unknown = _calls(target, folder, taken)
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

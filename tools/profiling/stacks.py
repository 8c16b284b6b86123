"""Where the time goes, by stacks of functions: as perf samples it, or where perf can't, as callgrind counts instructions.
Functions that were inlined into others stand in the stacks like those that were called."""

import collections
import pathlib

from profiling import callgrind, perf, programs, source, tables
from profiling.target import WORK

SECONDS = 1.0  # of sampling
UNKNOWN = "??"  # addr2line's word


# inlined: it stands in the program only as part of the function above it
Function = collections.namedtuple("Function", "name inlined")


class Stacks:
    """In which unit, counted by what. `costs`: by stack, from the outermost function inwards. `lines`: by line of the
    kernel's own file. `entries`: where in memory each sampled function begins, by (object, function). `counts`: what
    callgrind counted, where it did."""

    def __init__(self, unit, by, file):
        self.unit = unit
        self.by = by
        self.costs = collections.Counter()
        self.file = file
        self.lines = collections.Counter()
        self.entries = {}
        self.counts = None

    @property
    def total(self):
        return sum(self.costs.values())

    def words(self, cost):
        """A cost as people read it."""
        return tables.time(cost) if self.unit == "time" else f"{cost:,.0f}"

    def add(self, stack, cost):
        self.costs[tuple(stack)] += cost


def _functions(chain):
    """The functions of an instruction's places, from the outermost inwards."""
    return [Function(place.function, k > 0) for k, place in enumerate(reversed(chain))]


def _trim(stack):
    """The part of a stack below the work; where unwinding did not come so far, all of it."""
    work = Function(WORK, False)
    return stack[stack.index(work):] if work in stack else stack


def elsewhere(sample, bench):
    """What a sample is called that is not of the work. Threads of OpenMP's library that have nothing to do run in it."""
    objects = [frame.object for frame in sample.frames]
    library = next((name for name in (pathlib.Path(object_).name for object_ in objects) if "omp" in name), None)
    if library and not sample.main and bench not in objects:
        return f"(waiting for work, in {library})"
    return "(outside of the work)"


def _sampled(target, path, measured):
    perf.record(target.command(repetitions=target.repetitions_for(SECONDS, measured)), path, target.threads)
    samples = perf.read(path)
    bench = str(target.bench.resolve())
    base = perf.base(samples, bench, source.symbols(bench))

    def address(frame, innermost):
        """In the program's file; of a caller, the call's."""
        return frame.address - base - (not innermost) if frame.object == bench else None

    chains = source.places(bench, {address(frame, k == 0) for s in samples for k, frame in enumerate(s.frames)} - {None})
    file = source.file_of(bench, target.symbol)
    stacks = Stacks("time", "perf's cpu-clock", file)
    for sample in samples:
        stack = []
        for k, frame in reversed(list(enumerate(sample.frames))):
            chain = chains.get(address(frame, k == 0))
            known = chain and chain[-1].function != UNKNOWN  # a stub by which a library is called has no line
            functions = _functions(chain) if known else [Function(frame.symbol, False)]
            if frame.offset is not None:
                stacks.entries[frame.object, functions[0].name] = frame.address - frame.offset
            stack += functions
        if not {WORK, target.symbol} & {frame.symbol for frame in sample.frames}:
            stack = [Function(elsewhere(sample, bench), False)]
        stacks.add(_trim(stack), sample.seconds)
        for k, frame in enumerate(sample.frames):
            line = source.own_line(chains.get(address(frame, k == 0), []), file)
            if line:
                stacks.lines[line] += sample.seconds
                break
    return stacks


def _counted(target, path):
    counts = callgrind.run(target, path)
    bench = str(target.bench.resolve())
    base = counts.base(target.symbol, source.symbols(bench)[target.symbol])
    chains = source.places(bench, [address - base for _, object_, address in counts.addresses if object_ == bench])
    stacks = Stacks("instructions", "callgrind, since perf can't sample here", source.file_of(bench, target.symbol))
    stacks.counts = counts
    own = collections.defaultdict(collections.Counter)  # of each function, by what is inlined into it
    for (function, object_, address), cost in counts.addresses.items():
        chain = chains.get(address - base, []) if object_ == bench else []
        own[function][(Function(function, False), *_functions(chain)[1:])] += cost[0]
    for costs in counts.addresses, counts.call_sites:
        for (_, object_, address), cost in costs.items():
            line = source.own_line(chains.get(address - base, []), stacks.file) if object_ == bench else None
            if line:
                stacks.lines[line] += cost[0]

    def walk(function, above, share):
        for stack, cost in own[function].items():
            stacks.add(above + stack, cost * share)
        here = (*above, Function(function, False))
        for (caller, called), call in counts.calls.items():
            if caller == function and Function(called, False) not in here:
                walk(called, here, share * call.cost[0] / max(counts.inclusive(called)[0], 1))

    for root in counts.roots():
        walk(root, (), 1)
    return stacks


def take(target, folder, measured):
    """The stacks, and the file that they are kept in."""
    if perf.samples_here():
        path = folder / f"{target.kernel}.perf.data"
        return _sampled(target, path, measured), path
    programs.need_any("perf", "valgrind")
    path = folder / f"{target.kernel}.callgrind.out"
    return _counted(target, path), path

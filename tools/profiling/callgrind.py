"""What callgrind counts: runs of a kernel under it, and its files read back."""

import collections
import pathlib
import re

from plotting import files
from plotting.problems import Problem
from profiling import programs
from profiling.target import WORK

PAGE = 4096  # objects are loaded at multiples of it

# calls: how often; cost: of the called function with all that it calls
Call = collections.namedtuple("Call", "calls cost")


def _sum(cost, more):
    return [a + b for a, b in zip(cost, more)]


class Counts:
    """The costs in a file. `functions`: each one's own, which may be none; `addresses`: each instruction's, by
    (function, object, address); `calls`: by (caller, called); `call_sites`: what is called, by the (function, object,
    address) of the call."""

    def __init__(self, events):
        self.events = events
        self.functions = collections.defaultdict(lambda: [0] * len(events))
        self.addresses = collections.defaultdict(lambda: [0] * len(events))
        self.calls = {}
        self.call_sites = collections.defaultdict(lambda: [0] * len(events))

    def total(self, event="Ir"):
        index = self.events.index(event)
        return sum(cost[index] for cost in self.functions.values())

    def executions(self, event):
        """How many executions of instructions had that event: valgrind splits some, as the read of a fused multiply-add on
        vectors, into several of it."""
        index = self.events.index(event)
        return sum(min(cost[index], cost[self.events.index("Ir")]) for cost in self.addresses.values())

    def entries(self):
        """Where in memory each function begins that was executed, by (object, function)."""
        entries = {}
        for function, object_, address in self.addresses:
            entries[object_, function] = min(address, entries.get((object_, function), address))
        return entries

    def inclusive(self, function):
        """The costs of a function and of all that it calls."""
        cost = list(self.functions[function])
        for (caller, called), call in self.calls.items():
            if caller == function and called != function:
                cost = _sum(cost, call.cost)
        return cost

    def roots(self):
        """The functions that the work begins in; the threads of a kernel over threads have beginnings of their own."""
        above = self._closure({WORK}, [(called, caller) for caller, called in self.calls])
        return {WORK} | ({caller for caller, _ in self.calls} - {called for _, called in self.calls} - above)

    def reached(self):
        """The functions that are reached from there."""
        return self._closure(self.roots(), self.calls)

    @staticmethod
    def _closure(functions, ways):
        found, new = set(), functions
        while new:
            found |= new
            new = {end for begin, end in ways if begin in new} - found
        return found

    def calls_of(self, function):
        return sum(call.calls for (_, called), call in self.calls.items() if called == function)

    def base(self, function, address):
        """Where the object that holds the function was loaded, given the function's address in its file."""
        base = min(begin for (_, name), begin in self.entries().items() if name == function) - address
        if base % PAGE:
            raise Problem(f"callgrind's file has {function} at an address that it can't have")
        return base


class _Names:
    """Names are written once, and told by their number afterwards."""

    def __init__(self):
        self._names = {}

    def __call__(self, text):
        number, _, name = text.partition(" ") if text.startswith("(") else (text, "", text)
        if name:
            self._names[number] = name
        return self._names[number]


def _position(text, before):
    """A position relative to the one before, or by itself."""
    if text == "*":
        return before
    if text[0] in "+-":
        return before + int(text, 0)
    return int(text, 0)


def read(path):
    counts = None
    functions, objects = _Names(), _Names()
    function = called = object_ = None
    calls = address = 0
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith("events:"):
            counts = Counts(line.split()[1:])
        elif line.startswith("fn="):
            function = functions(line[3:])
        elif line.startswith("cfn="):
            called = functions(line[4:])
        elif line.startswith("ob="):
            object_ = objects(line[3:])
        elif line.startswith("cob="):
            objects(line[4:])
        elif line.startswith("calls="):
            calls = int(line[6:].split()[0])
        elif re.match(r"[0-9+*-]", line) and counts:
            fields = line.split()
            address = _position(fields[0], address)
            where = function, object_, address
            cost = [int(number) for number in fields[2:]]
            cost += [0] * (len(counts.events) - len(cost))
            if calls:
                known = counts.calls.get((function, called), Call(0, [0] * len(cost)))
                counts.calls[function, called] = Call(known.calls + calls, _sum(known.cost, cost))
                counts.call_sites[where] = _sum(counts.call_sites[where], cost)
                for end in function, called:
                    counts.functions.setdefault(end, [0] * len(cost))
                calls = 0
                continue
            counts.functions[function] = _sum(counts.functions[function], cost)
            counts.addresses[where] = _sum(counts.addresses[where], cost)
    if not counts or not counts.addresses:
        raise Problem(f"callgrind counted nothing of the kernel; {path} is empty")
    return counts


def run(target, path, *options, steps=None, within=None):
    """Counts the work in the file. `within`: the function to count in, of a kernel over threads its own."""
    programs.need("valgrind")
    within = within or (target.symbol if target.descriptor["threaded"] else WORK)
    try:
        with files.whole(path, "\ntotals: ") as temporary, programs.telling("callgrind counts"):
            name = str(temporary).replace("%", "%%")  # by itself it begins what valgrind fills in
            programs.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={name}", "--dump-instr=yes",
                          f"--toggle-collect={within}", *options, *target.command(steps=steps)])
    except Problem as problem:
        sentence = re.search(r"bench: (.* can't run here: .*); --list", str(problem))
        if sentence:
            raise Problem(sentence[1]) from None
        raise
    return read(path)

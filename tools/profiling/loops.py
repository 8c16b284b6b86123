"""The loop that a kernel spends its time in, and the work that a turn of it does: as a run executes it, and where it
can't be looked at while it runs, as its instructions let one guess."""

import collections
import pathlib
import tempfile

from plotting.problems import Problem
from profiling import assembly, callgrind, perf, source
from profiling.target import CannotRun

# The work that is looked at: with more of it the same loop is executed, more often. A multiple of each kernel's block, so
# that no tail is in it
PARTICLES = 960
STEPS = 1024
SECONDS = 0.5  # of sampling

# code: its instructions; units: the particle-steps (or particles) of a turn; how: a sentence on what both were found by
Loop = collections.namedtuple("Loop", "code units how")


def _most_executed(loops, executed):
    """The loop with the most of what was executed, and its share of all that is the kernel's own."""
    def weight(loop):
        return sum(executed[instruction.address] for instruction in loop)

    loop = max(loops, key=weight)
    if not weight(loop):
        raise Problem("no loop of the kernel was seen to run")
    return loop, f"{100 * weight(loop) / sum(executed.values()):.0f} %"


class _Run:
    """A kernel of which a small work is run, and its object file. What is known of the program by address is told by that
    of the object file."""

    def __init__(self, target):
        self.target = target.smaller(PARTICLES, STEPS)
        self.bench = str(target.bench.resolve())
        self.path = assembly.object_file(target)
        self.code = assembly.instructions(self.path)
        self.loops = list(assembly.inner_loops(self.code))
        if not self.loops:
            raise Problem(f"{self.path} has no loop")
        self.symbols = source.symbols(self.bench)
        self.shift = self.symbols[target.symbol] - source.symbols(self.path)[target.symbol]
        self.scale = target.units / target.own_units

    def _own(self, by_address):
        own = {instruction.address for instruction in self.code}
        executed = collections.Counter()
        for address, number in by_address:
            if address - self.shift in own:
                executed[address - self.shift] += number
        return executed

    def _units(self, turns):
        return self.scale * self.target.units / turns

    def counted(self, folder):
        """By callgrind."""
        counts = callgrind.run(self.target, folder / "callgrind.out")
        base = counts.base(self.target.symbol, self.symbols[self.target.symbol])
        executed = self._own((address - base, cost[0]) for (_, object_, address), cost in counts.addresses.items()
                             if object_ == self.bench)
        loop, share = _most_executed(self.loops, executed)
        # Not each turn begins at the head: a loop may be entered further down. Of a call, the way to what is called counts too.
        turns = max(executed[each.address] for each in loop if not each.text.startswith("call"))
        return Loop(loop, self._units(turns), f"{share} of the instructions that callgrind counts in the kernel's file")

    def sampled(self, folder):
        """By perf."""
        if not perf.samples_here():
            raise Problem("perf can't sample here")
        measured = self.target.measure()
        repetitions = self.target.repetitions_for(SECONDS, measured)
        perf.record(perf.at_fixed_addresses(self.target.command(repetitions=repetitions)), folder / "perf.data",
                    measured["threads"])
        samples = perf.read(folder / "perf.data")
        base = perf.base(samples, self.bench, self.symbols)
        executed = self._own((sample.frames[0].address - base, 1) for sample in samples
                             if sample.frames[0].object == self.bench)
        loop, share = _most_executed(self.loops, executed)
        share += " of perf's samples in the kernel's file"
        try:
            memory = perf.loaded_at(folder / "perf.data", self.bench) + self.shift
            turns = max(perf.executions(self.target.command(), folder / "perf.stat",
                                        [loop[k].address + memory for k in (0, -1)]))
        except Problem:
            return Loop(loop, *self._by_flops(loop, share))
        return Loop(loop, self._units(turns), share)

    def _by_flops(self, loop, how):
        """A turn's work by the operations in it, of which those that are called are none."""
        if assembly.calls(loop):
            return self.scale * self.target.descriptor["lanes"], how
        units = assembly.units_in_turn(loop, self.target.flops)
        return self.scale * units, f"{how}; a turn's work is told by its floating-point operations"

    def guessed(self):
        reached = assembly.reached(self.code, source.symbols(self.path), self.target.symbol)
        loop = assembly.likely([loop for loop in self.loops if loop[0].address in reached] or self.loops)
        return Loop(loop, *self._by_flops(loop, "a guess by its instructions, since neither callgrind nor perf can see it run"))


def hottest(target):
    run = _Run(target)
    with tempfile.TemporaryDirectory(prefix="whirl-") as name:
        for look in run.counted, run.sampled:
            try:
                return look(pathlib.Path(name))
            except (CannotRun, Problem):
                pass
    return run.guessed()


def guessed(target):
    """The same without a run: what a machine says that can't run the kernel, and each time the same."""
    return _Run(target).guessed()

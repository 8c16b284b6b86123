"""perf: samples of where the time goes, by a clock that needs no hardware counters, so that it works in a VM too."""

import collections
import csv
import pathlib
import re
import shutil
import subprocess

from plotting import files
from plotting.problems import Problem
from profiling import programs

HERTZ = 999  # of all threads together; not 1000, which other clocks of the machine tick with
# Bytes of the stack that are kept with each sample to find the callers in: a SIMD kernel's own part may fill perf's
# usual 8 KiB.
STACK = 32768

# address: where it was in memory; of a caller it is that of the instruction after the call. offset: from its symbol's,
# where it has one
Frame = collections.namedtuple("Frame", "address symbol offset object")
# main: whether it is of the thread that the program began with; frames: from the innermost outwards
Sample = collections.namedtuple("Sample", "seconds main frames")


def samples_here():
    """Whether perf is installed and may sample here: it needs the kernel's permission, which containers often lack."""
    if not shutil.which("perf"):
        return False
    return subprocess.run(["perf", "record", "-o", "/dev/null", "-e", "cpu-clock", "true"], stdin=subprocess.DEVNULL,
                          capture_output=True, check=False).returncode == 0


def record(command, path, threads):
    with files.whole(path) as temporary, programs.telling("perf samples"):
        programs.run(["perf", "record", "--output", temporary, "--event", "cpu-clock", "--freq",
                      max(1, HERTZ // threads), "--call-graph", f"dwarf,{STACK}", "--", *command])


def at_fixed_addresses(command):
    """The command so that its program is loaded at the same addresses each time."""
    return ["setarch", "--addr-no-randomize", *command]


def count(command, events, path):
    """The counts of those events that are counted here."""
    with files.whole(path) as temporary:
        programs.run(["perf", "stat", "--field-separator", ",", "--output", temporary, "--event", ",".join(events), "--",
                      *command])
    with open(path, encoding="utf-8") as file:
        lines = [line for line in csv.reader(file) if len(line) > 2 and not line[0].startswith("#")]
    return {line[2].removesuffix(":u"): float(line[0]) for line in lines if not line[0].startswith("<")}


def executions(command, path, addresses):
    """How often the instructions at these addresses are executed, by the CPU's breakpoints, of which there are four."""
    counts = count(at_fixed_addresses(command), [f"mem:{address:#x}:x:u" for address in addresses], path)
    if not any(counts.values()):
        raise Problem("perf counts no executions here")
    return list(counts.values())


def _frame(line):
    address, rest = line.split(None, 1)
    found = re.match(r"(.*?)(?:\+0x([0-9a-f]+))? \((.*)\)$", rest)
    if not found or int(address, 16) >= 2**64 - 1:
        return None
    symbol = found[1] if found[1] != "[unknown]" else f"(in {pathlib.Path(found[3]).name})"
    return Frame(int(address, 16), symbol, int(found[2], 16) if found[2] else None, found[3])


def base(samples, object_, symbols):
    """Where the object was loaded, given its functions' addresses in its file."""
    bases = collections.Counter(frame.address - frame.offset - symbols[frame.symbol] for sample in samples
                                for frame in sample.frames if frame.object == object_ and frame.symbol in symbols)
    if not bases:
        raise Problem(f"perf sampled nothing in {object_}")
    return bases.most_common(1)[0][0]


def loaded_at(path, object_):
    """Where the object's file began in the memory of the program that was sampled; perf gives samples within the file."""
    text = programs.run(["perf", "script", "--input", path, "--show-mmap-events", "--fields", "tid"])[0]
    found = re.search(r"\[0x([0-9a-f]+)\(0x[0-9a-f]+\) @ (\w+) .*: r-xp " + re.escape(object_) + "$", text, re.MULTILINE)
    if not found:
        raise Problem(f"perf did not see {object_} run")
    return int(found[1], 16) - int(found[2], 0)


def read(path):
    """The samples in a file."""
    text = programs.run(["perf", "script", "--input", path, "--fields", "pid,tid,period,ip,sym,symoff,dso",
                         "--no-inline"])[0]
    samples = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        head, *lines = block.splitlines()
        frames = [frame for frame in map(_frame, lines) if frame]
        if frames:
            threads, period = head.split()
            process, thread = threads.split("/")
            samples.append(Sample(int(period) * 1e-9, thread == process, frames))
    return samples

"""llvm-mca: the cycles that a loop would take on a CPU, by the CPU's model in LLVM."""

import collections
import pathlib
import re

from plotting.problems import BadUsage, Problem
from profiling import programs

PROGRAM = "llvm-mca-19"
INLINER = "opt-19"
ITERATIONS = 200

# Cycles of a turn. throughput: if nothing waited for a result; simulated: with what waits.
# units: the cycles that each unit of the CPU is busy
Prediction = collections.namedtuple("Prediction", "throughput simulated units")


def cpu_like_this(flags=None):
    """A CPU of this one's kind that LLVM has a model of. Its features tell, and not its model number, which a
    hypervisor may make up."""
    if flags is None:
        text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
        flags = set(re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)[1].split())
    if "sse4a" in flags:  # AMD's alone
        return "znver4" if "avx512f" in flags else "znver3" if "vaes" in flags else "znver2"
    if "avx512f" in flags:
        return "icelake-server" if "avx512_vbmi2" in flags else "skylake-avx512"
    return "skylake" if "avx2" in flags else "sandybridge"


# Between vector registers: the CPU gives the register another name, which takes no port. LLVM's models of Intel's CPUs have
# it take one.
_MOVE = re.compile(r"vmov[au]p[sd]\s+%[xyz]mm\d+,%[xyz]mm\d+$")


def moves(loop):
    return sum(bool(_MOVE.match(instruction.text)) for instruction in loop)


def _operand(text):
    """An instruction as llvm-mca reads it. A call or a branch out of the loop is to rare work: it costs its own slot."""
    if text.startswith(("j", "call")):
        return "nop"
    if _MOVE.match(text):  # what it makes wait stays, but it does not contend with 512-bit work, which leaves a port idle
        return text.replace("%zmm", "%xmm")
    return re.sub(r"\(%rip\)", "(%r15)", text)


def source_of(loop):
    return [_operand(instruction.text) for instruction in loop]


def lacking(features, cpu):
    """Those of the features, by LLVM's names, that LLVM's CPU has not. llvm-mca takes any instruction for any CPU, but a
    function is inlined only into one whose CPU has all that it needs."""
    text = "".join(f'define internal void @{name}() "target-cpu"="x86-64" "target-features"="+{name}" {{ ret void }}\n'
                   for name in features)
    calls = " ".join(f"call void @{name}()" for name in features)
    text += f'define void @loop() "target-cpu"="{cpu}" {{ {calls} ret void }}\n'
    inlined = programs.run([INLINER, "-mtriple=x86_64", "-passes=inline", "-S"], text)[0]
    return [name for name in features if f"call void @{name}()" in inlined]


def _simulated(source, cpu):
    """What llvm-mca prints, or None where LLVM's model of that CPU has not these instructions."""
    try:
        return programs.run([PROGRAM, "-mtriple=x86_64", f"-mcpu={cpu}", f"-iterations={ITERATIONS}"],
                            "\n".join(source))[0]
    except Problem as problem:
        if "not a recognized processor" in str(problem):
            raise BadUsage(f"llvm-mca knows no CPU '{cpu}'; {PROGRAM} -mtriple=x86_64 -mcpu=help lists them") from None
        return None


def predict(loop, cpu):
    """None where LLVM's model of that CPU has not these instructions."""
    programs.need(PROGRAM)
    source = source_of(loop)
    said = _simulated(source, cpu)
    if not said:
        return None
    # For throughput alone nothing depends on what moves hand on.
    alone = _simulated(["nop" if _MOVE.match(text) else text for text in source], cpu) if moves(loop) else said
    throughput = float(re.search(r"Block RThroughput:\s*([\d.]+)", alone)[1])
    simulated = float(re.search(r"Total Cycles:\s*(\d+)", said)[1]) / ITERATIONS
    names = re.findall(r"^\[[\d.]+\]\s+- (\S+)$", said, re.MULTILINE)
    pressure = re.search(r"^Resource pressure per iteration:\n.*\n(.*)$", said, re.MULTILINE)[1].split()
    return Prediction(throughput, simulated, {name: 0.0 if busy == "-" else float(busy)
                                              for name, busy in zip(names, pressure)})

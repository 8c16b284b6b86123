#!/usr/bin/env python3
"""Holds each stepping kernel's instructions per particle-step to the number in its descriptor. A failure means that
the compiler makes more of a kernel than it did: registers spilled, a loop no longer unrolled, fused operations that
are not; where it is executed, more particles that take the slow way too. No timing on a busy machine would tell.

callgrind counts what is executed: two runs with different numbers of steps, of whose difference the set-up is no part.
A kernel for instruction sets that valgrind doesn't know is counted in its object file: the instructions of the inner
loop for each of that loop's floating-point operations, times the operations that the descriptor says a step has."""

import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "profile"))

from support import BUILD, need  # noqa: E402 (the path comes first)
from profiling import callgrind, loops  # noqa: E402
from profiling.instructions import in_loop  # noqa: E402
from profiling.target import Target  # noqa: E402

PARTICLES = 960  # whole blocks, whatever the vectors
STEPS = (1024, 2048)
# A number that is much above what is counted would let a kernel grow unnoticed; and where the loop is counted, operations
# that the descriptor doesn't know of make the count less.
LEAST_SHARE = 0.95


def executed(target, folder):
    few, many = (callgrind.run(target, folder / "out", steps=steps).total() for steps in STEPS)
    return (many - few) / (PARTICLES * (STEPS[1] - STEPS[0]))


def main():
    need("valgrind")
    first = Target(BUILD, "naive", PARTICLES, STEPS[0], None)
    kernels = [kernel for kernel in first.info["kernels"] if kernel["method"] == "euler" and not kernel["threaded"]]
    wrong = [] if kernels else ["there is no kernel that steps"]
    for kernel in kernels:
        target, limit = first.other(kernel["name"]), kernel["instructions"]
        if kernel["lacks"] or kernel["isa"] == "avx512":
            how, counted = "in the object's loop", sum(in_loop(target, loops.guessed(target).code).classes.values())
        else:
            with tempfile.TemporaryDirectory() as folder:
                how, counted = "executed", executed(target, pathlib.Path(folder))
        print(f"{target.kernel:15} {counted:8.3f} instructions per particle-step {how}; its descriptor says {limit:.3f}")
        if counted > limit:
            wrong.append(f"{target.kernel} takes more instructions than its descriptor says")
        elif counted < LEAST_SHARE * limit:
            wrong.append(f"{target.kernel} takes so much fewer instructions that the number should be lowered, or, where the "
                         "loop is counted, its descriptor knows of too few operations")
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

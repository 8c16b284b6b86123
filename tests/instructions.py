#!/usr/bin/env python3
"""Holds each stepping kernel's instructions per particle-step to the number in its descriptor. A failure means that
the compiler makes more of a kernel than it did: registers spilled, a loop no longer unrolled, fused operations that
are not, more particles that take the slow way. No timing on a busy machine would tell.

callgrind counts what is executed: two runs with different numbers of steps, of whose difference the set-up is no part.
A kernel for instruction sets that valgrind doesn't know is counted in its object file: the instructions of the inner
loop for each of that loop's floating-point operations, times the operations that the descriptor says a step has."""

import importlib.machinery
import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PARTICLES = 960  # whole blocks, whatever the vectors
STEPS = (1024, 2048)
# A number that is much above what is counted would let a kernel grow unnoticed.
LEAST_SHARE = 0.85


def kernel_loop(tools):
    loader = importlib.machinery.SourceFileLoader("kernel_loop", str(tools / "kernel-loop"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("kernel_loop", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def under_callgrind(program, arguments, *options):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WHIRL_")}
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", *options, program,
                               *arguments], check=True, capture_output=True, text=True, env=environment)


def executed(program, kernel, steps):
    symbol = "whirl_kernel_" + kernel.replace("-", "_")
    run = under_callgrind(program, [kernel, str(PARTICLES), str(steps)], f"--toggle-collect={symbol}")
    return int(re.search(r"Collected : (\d+)", run.stderr)[1])


def by_callgrind(program, kernel):
    few, many = (executed(program, kernel, steps) for steps in STEPS)
    return (many - few) / (PARTICLES * (STEPS[1] - STEPS[0]))


def lanes(instruction):
    return 8 if "%zmm" in instruction else 4 if "%ymm" in instruction else 2 if re.match(r"\w+pd\b", instruction) else 1


def in_object(tools, object_file, flops_per_step):
    module = kernel_loop(tools)
    loop = max(module.inner_loops(module.instructions(object_file)), key=module.heat)
    operations = {"fma": 2, "mul": 1, "add, sub": 1, "sqrt": 1, "div": 1}
    flops = sum(operations.get(module.kind_of(text), 0) * lanes(text) for text in loop)
    return len(loop) / flops * flops_per_step


def main():
    program, tools = sys.argv[1], pathlib.Path(sys.argv[2])
    objects = dict(argument.split("=", 1) for argument in sys.argv[3:])
    listing = [line.split("\t") for line in under_callgrind(program, []).stdout.splitlines()]
    wrong = [] if listing else ["there is no kernel that steps"]
    for kernel, runs, flops, limit in listing:
        how, counted = (("executed", by_callgrind(program, kernel)) if runs == "yes" else
                        ("in the object's loop", in_object(tools, objects[kernel], float(flops))))
        print(f"{kernel:15} {counted:8.3f} instructions per particle-step {how}; its descriptor says {float(limit):.3f}")
        if counted > float(limit):
            wrong.append(f"{kernel} takes more instructions than its descriptor says")
        elif counted < LEAST_SHARE * float(limit):
            wrong.append(f"{kernel} takes so much fewer instructions that the number should be lowered")
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

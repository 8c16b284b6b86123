#!/usr/bin/env python3
"""Looks into the built static library: instructions above the architecture's baseline may stand in the object
file of a kernel that is compiled for them and nowhere else, such an object may define nothing but its kernel, and a
kernel for the baseline, which the others are compared with, holds no vector arithmetic. Each is given as NAME=ISA."""

import re
import subprocess
import sys

REGISTERS = [  # the registers that give an instruction set away, the most demanding first
    ("avx512", re.compile(r"%zmm|%[xy]mm(1[6-9]|2\d|3[01])|%k[0-7]")),
    ("avx2", re.compile(r"%ymm|\tv[a-z]")),
]
LEVELS = ["baseline", "avx2", "avx512"]
# Not addpd and subpd: with these a compiler converts a single uint64_t to double.
PACKED_ARITHMETIC = re.compile(r"\t(?:mul|div|sqrt)pd")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def members(text, heading):
    """The parts of a listing of an archive, one for each object file."""
    parts = re.split(heading, text, flags=re.MULTILINE)[1:]
    return list(zip(parts[0::2], parts[1::2]))


def level_of(disassembly):
    for level, pattern in REGISTERS:
        if pattern.search(disassembly):
            return level
    return "baseline"


def main():
    objdump, nm, library, kernels = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    isa_of = dict(kernel.split("=") for kernel in kernels)
    code = members(output(objdump, "--disassemble", "--no-show-raw-insn", library),
                   r"^(?:.*\()?([^\s()]+\.o)\)?:\s+file format.*$")
    symbols = members(output(nm, "--defined-only", "--extern-only", library), r"^(?:.*[(\[])?([^\s()\[\]]+\.o)[)\]]?:$")
    if [name for name, _ in code] != [name for name, _ in symbols]:
        sys.exit("objdump and nm do not see the same object files")
    faults = []
    seen = set()
    for (name, disassembly), (_, defined) in zip(code, symbols):
        names = {line.split()[2] for line in defined.splitlines() if len(line.split()) == 3}
        kernel = next((k for k in isa_of if f"whirl_descriptor_{k}" in names), None)
        level = level_of(disassembly)
        allowed = "baseline"
        if kernel:
            seen.add(kernel)
            allowed = isa_of[kernel]
            extra = names - {f"whirl_kernel_{kernel}", f"whirl_frames_{kernel}", f"whirl_descriptor_{kernel}",
                             f"whirl_descriptor_{kernel}_omp"}
            if extra:
                faults.append(f"{name}: the kernel {kernel} also defines {', '.join(sorted(extra))}")
        if kernel and allowed == "baseline" and PACKED_ARITHMETIC.search(disassembly):
            faults.append(f"{name}: the compiler has vectorised the scalar kernel {kernel}")
        if LEVELS.index(level) > LEVELS.index(allowed):
            faults.append(f"{name}: {level} instructions, and it is compiled for {allowed}")
        if kernel and LEVELS.index(level) < LEVELS.index(allowed):
            faults.append(f"{name}: no {allowed} instruction found: does this test still see any?")
    for kernel in sorted(set(isa_of) - seen):
        faults.append(f"the library has no object file for the kernel {kernel}")
    for fault in faults:
        print(fault)
    print(f"{len(code)} object files, {len(seen)} kernels, {len(faults)} faults")
    return 1 if faults or not seen else 0


if __name__ == "__main__":
    sys.exit(main())

"""A kernel's instructions as the compiler made them: the inner loops in its object file, and what each instruction is."""

import bisect
import collections
import platform
import re

from plotting.problems import Problem
from profiling import programs

KINDS = [  # the first that matches
    ("fma", r"vfn?m(add|sub)"),
    ("mul", r"v?mul[sp]d"),
    ("add, sub", r"v?(add|sub)[sp]d"),
    ("min, max", r"v?(min|max)[sp]d"),
    ("sqrt", r"v?sqrt"),
    ("div", r"v?div"),
    ("move", r"v?mov(a|u|s)?p?d|vbroadcast|vmovddup"),
    ("compare, logic, shift", r"v|(and|andn|or|xor|ucomis|comis|cmp)[sp]?d"),
    ("integer, branch", r""),
]
OPERATIONS = {"fma": 2, "mul": 1, "add, sub": 1, "sqrt": 1, "div": 1}

Instruction = collections.namedtuple("Instruction", "address text")


def object_file(target):
    if platform.machine() != "x86_64":
        raise Problem(f"instructions of {platform.machine()} are not known here, only those of x86-64")
    name = "whirl_kernel_" + target.serial.replace("-", "_")
    objects = sorted((target.build / "kernels/CMakeFiles" / f"{name}.dir").glob("*.o"))
    if not objects:
        raise Problem(f"the object file of {target.serial} is not in {target.build}; tools/build makes it")
    return objects[0]


def instructions(path, section=".text"):
    listing = programs.run(["objdump", "--disassemble", "--no-show-raw-insn", f"--section={section}", path])[0]
    found = re.findall(r"^\s*([0-9a-f]+):\t(.*)$", listing, flags=re.MULTILINE)
    return [Instruction(int(address, 16), re.split(r"[#<]", text)[0].strip()) for address, text in found]


def _target(instruction):
    """Where a jump or a call goes, if that is told by an address."""
    found = re.match(r"(?:j\w+|call)\s+([0-9a-f]+)$", instruction.text)
    return int(found[1], 16) if found else None


def inner_loops(code):
    """The loops that have no loop within them, as lists of instructions."""
    at = {instruction.address: index for index, instruction in enumerate(code)}
    heads = [at.get(_target(instruction)) if instruction.text.startswith("j") else None for instruction in code]
    spans = []
    for index, head in enumerate(heads):
        if head is not None and head <= index:
            end = index
            while heads[end + 1:end + 2] == [head]:  # as a comparison with NaN has it
                end += 1
            spans.append((head, end))
    for begin, end in sorted(set(spans)):
        if not any(begin <= b and e <= end and (b, e) != (begin, end) for b, e in spans):
            yield code[begin:end + 1]


def reached(code, functions, name):
    """The addresses of the instructions of that function and of those that it calls; `functions`: their addresses."""
    begins = sorted(functions.values())
    bodies = collections.defaultdict(list)  # by where the function begins
    for instruction in code:
        bodies[begins[max(0, bisect.bisect_right(begins, instruction.address) - 1)]].append(instruction)
    found, new = set(), {functions[name]}
    while new:
        found |= new
        targets = {_target(instruction) for begin in new for instruction in bodies[begin]} - {None}
        new = {begins[max(0, bisect.bisect_right(begins, target) - 1)] for target in targets} - found
    return {instruction.address for begin in found for instruction in bodies[begin]}


def kind_of(text):
    return next(kind for kind, pattern in KINDS if re.match(pattern, text))


def count(code):
    return collections.Counter(kind_of(instruction.text) for instruction in code)


def _heat(loop):
    """How likely it is that the kernel spends its time in this loop: loops for rare particles, and a kernel has
    some, divide more and fuse less, and those that are not unrolled as much do less in each instruction."""
    counts = count(loop)
    arithmetic = sum(counts[kind] for kind in OPERATIONS)
    return (arithmetic >= 8, counts["fma"] / max(arithmetic, 1), flops(loop) / len(loop))


def likely(loops):
    """The one that a kernel would spend its time in, as far as instructions tell."""
    return max(loops, key=_heat)


def calls(code):
    return any(instruction.text.startswith("call") for instruction in code)


def features(code):
    """The CPU features, by LLVM's names, that the instructions tell of."""
    texts = [instruction.text for instruction in code]
    wanted = {"avx": any(text.startswith("v") for text in texts), "fma": any(kind_of(text) == "fma" for text in texts),
              "avx512f": any(re.search(r"%zmm|%k[0-7]|mm(1[6-9]|[23]\d)", text) for text in texts)}
    return [name for name, needed in wanted.items() if needed]


def lanes(text):
    return 8 if "%zmm" in text else 4 if "%ymm" in text else 2 if re.match(r"\w+pd\b", text) else 1


def flops(code):
    return sum(OPERATIONS.get(kind_of(text), 0) * lanes(text) for _, text in code)


def units_in_turn(loop, flops_of_unit):
    """The particle-steps (or particles) of a turn of the loop, by the floating-point operations in it."""
    return flops(loop) / flops_of_unit

"""instructions: the inner loop as the compiler made it, with its source, and the kernel's instructions by class."""

import collections
import pathlib

from plotting import files
from plotting.axes import significant
from plotting.problems import Problem
from profiling import assembly, callgrind, loops, source, tables
from profiling.target import CannotRun

LIBRARIES = "in called libraries"
LEAST_SHARE = 1e-4  # of what is shown

# By class, for a particle-step or a particle; how: how they were counted; why: the reason that they were not as executed
Mix = collections.namedtuple("Mix", "classes how why", defaults=(None,))


def _executed(target, path):
    """Those that a run executes, by class."""
    counts = callgrind.run(target, path)
    bench = target.bench.resolve()
    base = counts.base(target.symbol, source.symbols(bench)[target.symbol])
    texts = dict(assembly.instructions(bench))
    classes = collections.Counter()
    for (_, object_, address), cost in counts.addresses.items():
        text = texts.get(address - base) if object_ == str(bench) else None
        classes[assembly.kind_of(text) if text else LIBRARIES] += cost[0] / target.units
    return Mix(classes, "executed")


def in_loop(target, loop, why=None):
    """Those of the inner loop; what stands outside of it is taken to be in proportion."""
    units = assembly.units_in_turn(loop, target.flops)
    return Mix({kind: number / units for kind, number in assembly.count(loop).items()}, "in the loop", why)


def mix_of(target, loop, path):
    """As they are executed, and of a kernel that can't run here or under valgrind as they stand in the loop."""
    try:
        target.settle()
        return _executed(target, path)
    except (CannotRun, Problem) as problem:
        return in_loop(target, loop.code, str(problem))


def _listing(target, hottest):
    """The inner loop, with the kernel's own source line above what was made of it."""
    path = assembly.object_file(target)
    loop = hottest.code
    chains = source.places(path, [instruction.address for instruction in loop], ".text")
    file = source.file_of(path, target.symbol, ".text")
    text = source.text_of(file)
    lines = [f"{target.serial}: {len(loop)} instructions in a turn of the inner loop, {pathlib.Path(file).name}"]
    lines[0] += f"; {hottest.how}"
    before = None
    for instruction in loop:
        line = source.own_line(chains.get(instruction.address, []), file)
        if line and line != before:
            lines.append(f"{line:4d}  {text[line].strip() if line < len(text) else ''}")
            before = line
        lines.append(f"          {instruction.address:6x}  {instruction.text.expandtabs(8)}")
    return lines


def answer(target, folder, arguments):
    targets = [target] + ([target.other(arguments.against)] if arguments.against else [])
    path = folder / f"{target.kernel}.asm"
    found = [loops.hottest(each) for each in targets]
    listing = _listing(target, found[0])
    files.write(path, "\n".join(listing) + "\n")
    mixes = [mix_of(each, loop, folder / f"{each.kernel}.callgrind.out") for each, loop in zip(targets, found)]
    print("\n".join(listing))
    print(f"\ninstructions a {target.unit}, {target.n:,} particles, {target.steps:,} steps:")
    kinds = [kind for kind, _ in assembly.KINDS] + [LIBRARIES]
    rows = [(kind, *(significant(mix.classes[kind]) if mix.classes.get(kind) else "" for mix in mixes))
            for kind in kinds
            if any(mix.classes.get(kind, 0) > LEAST_SHARE * sum(mix.classes.values()) for mix in mixes)]
    rows.append(("all", *(significant(sum(mix.classes.values())) for mix in mixes)))
    if target.unit == "particle-step" and any(each.descriptor["instructions"] for each in targets):
        rows.append(("at most, by its descriptor", *(significant(each.descriptor["instructions"]) if each.descriptor["instructions"] else ""
                                                     for each in targets)))
    head = ("", *(f"{each.kernel}, {mix.how}" for each, mix in zip(targets, mixes)))
    print("\n".join(tables.table(head, rows, left=(0,))))
    for each, mix in zip(targets, mixes):
        if mix.why:
            print(f"{each.kernel} is not counted as it is executed: {mix.why}")
    return path, "any editor; objdump --disassemble --source shows all of the kernel's object file"

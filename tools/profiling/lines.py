"""lines: the kernel's source file with the time that each line takes. What is inlined counts for the line that it is
inlined at."""

import pathlib

from profiling import stacks, tables

AROUND = 2  # lines shown before and after one that takes time
LEAST_SHARE = 0.002


def answer(target, folder, _arguments):
    taken, path = stacks.take(target, folder, target.settle())
    text = stacks.source.text_of(taken.file)
    total = sum(taken.lines.values())
    hot = {line for line, cost in taken.lines.items() if cost >= LEAST_SHARE * total}
    print(f"{target.words()}: {pathlib.Path(taken.file).name}, {taken.unit} by {taken.by}; "
          f"{tables.share(total, taken.total)} % of the run are in this file")
    print(f"{taken.unit:>12}  {'%':>5}  line")
    before = None
    for line in range(1, max(len(text), max(hot, default=0) + 1)):
        if not any(abs(line - other) <= AROUND for other in hot):
            continue
        if before is not None and line > before + 1:
            print(f"{'...':>12}")
        before = line
        cost, part = "", ""
        if line in hot:
            cost, part = taken.words(taken.lines[line]), tables.share(taken.lines[line], total)
        print(f"{cost:>12}  {part:>5}  {line:4d}  {text[line] if line < len(text) else ''}".rstrip())
    return path, "hotspot, or perf annotate --input FILE" if taken.unit == "time" else "kcachegrind"

"""Answers as people read them."""

from plotting.axes import significant

TIMES = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (0, "ns"))


def time(seconds):
    if seconds == 0:
        return "0"
    size, unit = next((size, unit) for size, unit in TIMES if seconds >= size)
    return f"{significant(seconds / (size or 1e-9))} {unit}"


def nanoseconds(seconds):
    return f"{significant(seconds * 1e9)} ns"


def share(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "0.0"


def table(head, rows, left=()):
    """Lines of columns; `left`: the indices of those that are texts."""
    lines = [list(map(str, line)) for line in (head, *rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    return ["  ".join(cell.ljust(width) if k in left else cell.rjust(width)
                      for k, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines]


def size(number):
    """Bytes, in powers of two."""
    for unit in ("bytes", "KiB", "MiB"):
        if number < 1024:
            break
        number /= 1024
    else:
        unit = "GiB"
    return f"{number:.4g} {unit}"

"""Which rows belong together in a picture."""

import collections

from plotting import axes
from plotting.problems import BadUsage


def _kernel(row):
    return f"{row.kernel} ({row.chosen})" if row.chosen else row.kernel


def title(row):
    """A row's name in a picture."""
    return _kernel(row) if row.threads == 1 else f"{_kernel(row)}, {axes.count(row.threads, 'thread')}"


def name_among(row, rows):
    """A shorter name, without the threads where the kernel is there on one number of them."""
    return title(row) if any(row.kernel == other.kernel and row.threads != other.threads for other in rows) else _kernel(row)


def check(option, wanted, there):
    if wanted is not None and wanted not in there:
        raise BadUsage(f"{option} {wanted}: nothing was measured with so many; there are "
                       f"{', '.join(map(axes.count, there))}")


def choose(run, n, steps):
    """The rows of one amount of work: what is asked for, or the most of what was measured."""
    check("--n", n, run.values("n"))
    check("--steps", steps, run.values("steps"))
    rows = [row for row in run.rows if n in (None, row.n) and steps in (None, row.steps)]
    if not rows:
        raise BadUsage(f"--n {n} --steps {steps}: nothing was measured with both")
    most = max(rows, key=lambda row: (row.n * row.steps, row.n))
    return [row for row in rows if (row.n, row.steps) == (most.n, most.steps)]


def only(run, field, wanted):
    """The rows with one value of a field: the one that is asked for, or the largest."""
    check(f"--{field}", wanted, run.values(field))
    value = run.values(field)[-1] if wanted is None else wanted
    return [row for row in run.rows if getattr(row, field) == value], value


def series(rows, along):
    """The rows of each line in a picture whose x axis is the field `along`, in order: by kernel, and where a kernel was
    measured on several numbers of threads, by these too."""
    amounts = collections.Counter((row.kernel, row.n, row.steps) for row in rows)
    by_threads = max(amounts.values(), default=0) > 1
    lines = {}
    for row in rows:
        name = row.kernel
        if by_threads and row.threads > 1 and along != "threads":
            name += f", {axes.count(row.threads, 'thread')}"
        lines.setdefault(name, []).append(row)
    return {name: sorted(line, key=lambda row: getattr(row, along)) for name, line in lines.items()}


def longest(rows, along):
    return max(len({getattr(row, along) for row in line}) for line in series(rows, along).values())

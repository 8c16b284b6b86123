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


def check(run, n, steps):
    """Refuses numbers that nothing was measured with. With weak scaling n may be that for each thread."""
    each = {row.n // row.threads for row in run.rows} if run.weak else set()
    for option, wanted, there in (("--n", n, {*run.values("n"), *each}), ("--steps", steps, run.values("steps"))):
        if wanted is not None and wanted not in there:
            raise BadUsage(f"{option} {wanted}: nothing was measured with so many; there are "
                           f"{', '.join(map(axes.count, sorted(there)))}")


def choose(run, n, steps):
    """The rows of one amount of work: what is asked for, or the most of what was measured."""
    rows = [row for row in run.rows if n in (None, row.n) and steps in (None, row.steps)]
    most = max(((row.n, row.steps) for row in rows), key=lambda work: (work[0] * work[1], work[0]), default=None)
    return [row for row in rows if (row.n, row.steps) == most]


def only(rows, field, wanted, along):
    """The rows with one value of a field: the one that is asked for, or the largest with which several values of the
    field `along` were measured. No rows where there is no such value."""
    for value in sorted({getattr(row, field) for row in rows} if wanted is None else {wanted}, reverse=True):
        found = [row for row in rows if getattr(row, field) == value]
        if _longest(found, along) > 1:
            return found
    return []


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


def _longest(rows, along):
    return max((len({getattr(row, along) for row in line}) for line in series(rows, along).values()), default=0)

"""A file of results, as bench --json writes it."""

import argparse
import collections
import json
import math

from plotting.problems import BadUsage

# seconds: the median; low, high: the ends of its interval, both the median where there is one repetition
Row = collections.namedtuple("Row", "kernel method n steps threads seconds low high coverage repetitions speed_up "
                             "gflops gbytes unsure wrong chosen")
METHODS = ("euler", "spiral", "analytic")
BYTES_OF_PARTICLE = 24  # x, y and ang_vel


class Run:
    def __init__(self, name, document, rows):
        self.name = name
        self.machine = document["machine"]
        self.build = document["build"]
        self.workload = document["workload"]
        self.limits = document.get("limits", [])
        self.complete = document.get("complete") is not False
        self.rows = rows

    def values(self, field):
        """The different values that a field of the rows has, in order."""
        return sorted({getattr(row, field) for row in self.rows})

    @property
    def weak(self):
        return self.workload.get("weak", False)


def whole_number(text):
    """A number of particles or steps, as bench takes it: 1000 or 1e6."""
    try:
        number = float(text)
        if number < 0 or number != math.floor(number):
            raise ValueError
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text} is no whole number such as 1000 or 1e6") from None
    return int(number)


def _field(object_, name, kinds):
    value = object_[name]
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise TypeError(f"'{name}' of a kind that can be drawn")
    return value


def _positive(object_, name, kinds=(int, float)):
    value = _field(object_, name, kinds)
    if not 0 < value < math.inf:
        raise TypeError(f"'{name}' above 0")
    return value


def _read_row(row):
    seconds, interval = row["seconds"], row["seconds"]["median_interval"]
    method = _field(row, "method", str)
    if method not in METHODS:
        raise TypeError("'method' of a kind that can be drawn")
    chosen = row.get("chosen")
    return Row(_field(row, "kernel", str), method, _positive(row, "n", int), _field(row, "steps", int),
               _positive(row, "threads", int), _positive(seconds, "median"), _positive(interval, "low"),
               _positive(interval, "high"), _field(interval, "coverage", (int, float)),
               _positive(seconds, "repetitions", int),
               *(_positive(row, name) if row[name] is not None else None
                 for name in ("speedup_over_naive", "gflops", "gbytes_per_second")),
               row.get("unsure") is True, "wrong" in row, _field(chosen, "kernel", str) if chosen else None)


def _check_limits(limits):
    """Whether the roofs can be drawn of them."""
    for limit in limits:
        _field(limit, "threads", int)
        if not limit["operations_per_second"] or not any(limit["bytes_per_second"].values()):
            raise TypeError("a limit of operations and of bytes")
        for rates in limit["operations_per_second"].values():
            _positive(rates, "multiplies")
            rates["fused"]  # pylint: disable=pointless-statement
        for level in limit["bytes_per_second"]:
            _field(limit["bytes_per_second"], level, (int, float, type(None)))


def _first_ones(rows):
    """Without rows that were measured again beside other numbers of threads, as naive is."""
    return list({(row.kernel, row.n, row.steps, row.threads): row for row in reversed(rows)}.values())[::-1]


def _select(rows, names):
    if names is None:
        return rows
    there = {row.kernel for row in rows}
    for name in names.split(","):
        if name not in there:
            raise BadUsage(f"there is no row of the kernel '{name}'; there are {', '.join(sorted(there))}")
    return [row for row in rows if row.kernel in names.split(",")]


def read(path, kernels=None):
    """The run in a file; kernels: names separated by commas, or None for all."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise BadUsage(f"can't read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadUsage(f"{path} is not JSON; bench --json writes what is drawn here") from None
    try:
        if not isinstance(document, dict):
            raise TypeError("everything")
        if not isinstance(document["results"], list):
            raise TypeError("'results' of a kind that can be drawn")
        rows = [_read_row(row) for row in document["results"] if "skipped" not in row]
        run = Run(path, document, _select(_first_ones(rows), kernels))
        _check_limits(run.limits)
        for object_, name, kinds in ((run.machine, "cpu", str), (run.machine, "usable_cores", int),
                                     (run.machine, "cores", int), (run.build, "version", str),
                                     (run.build, "compiler", str), (run.build, "type", str),
                                     (run.workload, "seed", int), (run.workload, "timestep", (int, float))):
            _field(object_, name, kinds)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadUsage(f"{path} is no file of results that bench --json writes: it lacks {error}") from None
    if not run.rows:
        raise BadUsage(f"{path} holds no row that was measured")
    return run

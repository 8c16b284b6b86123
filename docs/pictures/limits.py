#!/usr/bin/env python3
"""Prints the machine's limits that a run of bench has measured, of its file of results.
Usage: limits.py FILE.json"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from plotting.axes import significant  # noqa: E402

NAMES = {"multiplies": ("multiplications", "FMAs"),
         "multiplies_and_additions": ("multiplications, additions", "FMAs, additions"),
         "divides": ("divisions",) * 2, "square_roots": ("square roots",) * 2}


def rows(limits):
    first = limits[0]
    for operation, names in NAMES.items():
        for isa, rates in first["operations_per_second"].items():
            lanes = rates["lanes"]
            yield (names[rates["fused"]], f"{isa}, {lanes} lane{'' if lanes == 1 else 's'}",
                   [1e-9 * limit["operations_per_second"][isa][operation] for limit in limits], "G/s")
    yield "chained steps", "one particle", [1e-6 * limit["chained_steps_per_second"] for limit in limits], "M/s"
    for level, rate in first["bytes_per_second"].items():
        if rate:
            yield "streams", level, [1e-9 * limit["bytes_per_second"][level] for limit in limits], "GB/s"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        limits = json.load(file)["limits"]
    threads = [f"{limit['threads']} thread{'' if limit['threads'] == 1 else 's'}" for limit in limits]
    table = [("limit", "of", *threads, "")]
    table += [(name, of, *map(significant, rates), unit) for name, of, rates, unit in rows(limits)]
    widths = [max(map(len, column)) for column in zip(*table)]
    for line in table:
        words = [cell.ljust(width) if i < 2 or i == len(line) - 1 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(words).rstrip())


if __name__ == "__main__":
    main()

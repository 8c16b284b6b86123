"""tools/profile time: a failure means a time or a size that is not the program's."""

import csv

from support import answer, kept

lines = answer("swapped", "time", "--n", "1e5", "--steps", "20")
assert lines[0] == "swapped on 1 thread, 100,000 particles, 20 steps", lines[0]
with open(kept(lines, "swapped.time.csv"), encoding="utf-8") as file:
    rows = [{name: float(number) for name, number in line.items()} for line in csv.DictReader(file)]
assert len(rows) == 5
for run in rows:
    # A particle-step of swapped takes some twenty nanoseconds, and the program more than the work.
    assert 1e-3 < run["work_seconds"], run
    assert 24e5 < run["peak_bytes"] < 24e5 + 100e6, run
best = min(run["work_seconds"] for run in rows)
assert min(run["real_seconds"] for run in rows) > 0.5 * best
assert f", {best / 2e6 * 1e9:.1f} ns a particle-step: the best of 5 runs" in lines[1], lines[1]
assert "real " in lines[2] and "user " in lines[2] and "sys " in lines[2] and "peak memory " in lines[2]

"""tools/profile counters: a failure means numbers that the CPU did not count, or none although it counts. The machine that
counts is a perf that says what perf says on an Intel CPU."""

import sys

from support import FOLDER, answer, cells, kept, without

PERF = """#!{python}
import subprocess
import sys

COUNTS = {counts}
arguments = sys.argv[1:]
output, events = arguments[arguments.index("--output") + 1], arguments[arguments.index("--event") + 1].split(",")
if any(event not in COUNTS for event in events):
    sys.exit("event syntax error: 'unknown'")
subprocess.run(arguments[arguments.index("--") + 1:], stdout=subprocess.DEVNULL, check=True)
with open(output, "w") as file:
    file.write("# started on Fri Nov 27 04:00:00 2026\\n\\n")
    for event in events:
        file.write(f"{{COUNTS[event]}},,{{event}}:u,1000,100.00,,\\n")
"""


def with_perf(counts):
    path = without("perf")
    (path / "perf").write_text(PERF.format(python=sys.executable, counts=counts), encoding="utf-8")
    (path / "perf").chmod(0o755)
    return path


counts = {"cycles": 8000000, "instructions": 20000000, "branch-misses": 1000, "cache-misses": "<not counted>",
          "fp_arith_inst_retired.scalar_double": 1000, "fp_arith_inst_retired.512b_packed_double": 500000}
lines = answer("naive", "counters", "--n", "1e5", "--steps", "400", path=with_perf(counts))
rows = cells(lines)
repetitions = int(lines[0].split(", ")[-2].removesuffix(" times").replace(",", ""))
assert rows["cycles"][0] == "8,000,000" and abs(float(rows["cycles"][1]) * 4e7 * repetitions / 8e6 - 1) < 0.01
assert rows["floating-point operations, scalar"][0] == "1,000", rows
assert rows["floating-point operations, 512 bits"][0] == "4,000,000", rows
assert not any("256 bits" in name for name in rows), "what the CPU did not count"
assert "2.50 instructions a cycle" in lines
assert "cache-misses" not in rows and not any("GB/s" in line for line in lines)
kept(lines, "naive.perf.stat")

lines = answer("swapped", "counters", "--n", "100", "--steps", "1",
               path=with_perf({"cycles": "<not supported>", "instructions": "<not supported>"}))
assert lines[0].startswith("this machine's counters can't be read: ")
for question in ("pipeline", "instructions", "cache"):
    assert any(f"tools/profile {question}" in line for line in lines), question
assert not (FOLDER / "swapped.perf.stat").exists(), "what says nothing is not kept"

"""tools/profile callgraph: a failure means a file that KCachegrind would not open, or a picture of other calls."""

import subprocess

from support import answer, kept, need, picture

need("valgrind", "dot")
lines = answer("analytic", "callgraph", "--n", "500", "--steps", "1")
file = kept(lines, "analytic.callgrind.out")
read = subprocess.run(["callgrind_annotate", file], check=True, capture_output=True, text=True).stdout
assert "whirl_kernel_analytic" in read and "PROGRAM TOTALS" in read, read
# What is before the work is not in the file.
assert "hwloc" not in read
assert any(line.split() == ["1", line.split()[1], "move_range", "whirl_kernel_analytic"] for line in lines), "one call"
assert any(line.startswith("  500 ") and "whirl_kernel_analytic" in line for line in lines), "a call for each particle"
texts = picture("analytic-callgraph.svg")
for text in ("once_work", "whirl_kernel_analytic", "500"):
    assert text in texts, text
assert any(text.startswith("analytic on 1 thread, 500 particles, 1 step: ") for text in texts)

# Over threads
lines = answer("omp", "callgraph", "--n", "1000", "--steps", "10", "--threads", "2")
assert any(line.split()[-2:] == ["move_range", "whirl_kernel_swapped"] for line in lines)
texts = picture("omp-callgraph.svg")
for text in ("work", "move_range", "move_range->whirl_kernel_swapped"):
    assert text in texts, f"{text} is not drawn: {texts}"

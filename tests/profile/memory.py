"""tools/profile memory: a failure means memory that is not told of, or that isn't there."""

import re

from support import answer, cells, kept, need, picture

need("gnuplot")
lines = answer("naive", "memory", "--n", "1e6", "--steps", "20")
each = float(re.match(r"([\d.]+) bytes a particle: x, y and ang_vel are 24$", lines[1])[1])
assert 23 < each < 26, "24 bytes a particle, and nothing that is not told of"
peak, alone = map(float, re.findall(r"([\d.]+) MB", lines[0]))
assert 23 < peak - alone < 26
told = cells(lines)
assert told["Python: objects"] == ["240", "228.9 MiB"] and told["Python: objects with __slots__"][0] == "136"
assert told["whirl: three arrays"][0] == told["C: an array of structs"][0] == "24"

points = [line.split() for line in kept(lines, "naive.mprof.dat").read_text(encoding="utf-8").splitlines()]
assert points[0][0] == "CMDLINE" and all(point[0] == "MEM" for point in points[1:]) and len(points) > 5
highest = max(float(point[1]) * 2**20 for point in points[1:])
assert 0.9 * peak * 1e6 < highest < 1.1 * peak * 1e6, f"the plot's highest point is {highest}"
assert any(text.startswith("naive on 1 thread, 1,000,000 particles") for text in picture("naive-memory.svg"))

# Few particles are not told from the program; what is said to be enough is.
lines = answer("naive", "memory", "--n", "1", "--steps", "20")
assert not any("bytes a particle: " in line for line in lines), lines
enough = re.search(r" too few .*--n (1e\d+) is enough$", lines[1])[1]
assert " bytes a particle: x, y and ang_vel are 24" in answer("naive", "memory", "--n", enough, "--steps", "1")[1]

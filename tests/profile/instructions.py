"""tools/profile instructions: a failure means instructions that the kernel does not execute, or the source of others."""

from support import answer, cells, kept, need

need("valgrind")
lines = answer("swapped", "instructions", "--n", "960", "--steps", "1000", "--against", "naive")
listing = kept(lines, "swapped.asm").read_text(encoding="utf-8").splitlines()
assert listing == lines[:len(listing)], "the listing is what is kept"
assert " instructions in a turn of the inner loop, swapped.c" in listing[0], listing[0]
root = next(k for k, line in enumerate(listing) if "sqrtsd" in line)
above = [line for line in listing[:root] if not line.startswith("     ")][-1]
assert "sqrt(px * px + py * py)" in above, f"the square root's source is not '{above}'"

table = cells(lines[len(listing) + 2:-1])
assert lines[len(listing) + 2].split("  ")[-2:] == ["swapped, executed", "naive, executed"], "both can be counted"
for kind, number in (("sqrt", 1), ("div", 2)):
    assert [round(float(each), 2) for each in table[kind]] == [number, number], f"{kind}: {table[kind]}"
assert "fma" not in table, "they are compiled for any CPU"
for counted, limit in zip(table["all"], table["at most, by its descriptor"]):
    assert 0.85 * float(limit) < float(counted) <= 1.01 * float(limit), f"{counted} of {limit}"

# What valgrind can't run is counted in its object file.
lines = answer("newton-avx512", "instructions", "--n", "960", "--steps", "1000")
rows = {name: others[-1] for name, others in cells(lines).items()}
assert any("newton-avx512, in the loop" in line for line in lines)
assert any(line.startswith("newton-avx512 is not counted as it is executed: ") for line in lines), "the reason is not said"
assert 0.85 * float(rows["at most, by its descriptor"]) < float(rows["all"]) <= float(rows["at most, by its descriptor"])
assert float(rows["fma"]) > 0.25, "two for each step of eight particles"
assert any("zmm" in line for line in lines)

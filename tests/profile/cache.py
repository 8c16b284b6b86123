"""tools/profile cache: a failure means misses that are not there, or a simulated cache that no core has."""

from support import answer, cells, kept, need, runs

from profiling.cache import sizes

need("valgrind")


def missed(lines):
    return float(lines[-2].removeprefix("from beyond the first level come ").split()[0])


# Particles that fit into the first level come in once; those that don't come in with each turn of naive's loop over them,
# 24 bytes each, and that loop may take two steps at a time.
assert missed(answer("naive", "cache", "--n", "500", "--steps", "100")) < 1
lines = answer("naive", "cache", "--n", "20000", "--steps", "20")
assert 11 < missed(lines) < 30, missed(lines)
kept(lines, "naive.cache.callgrind.out")
# swapped takes all steps of a particle while it is there.
assert missed(answer("swapped", "cache", "--n", "20000", "--steps", "20")) < 2

# valgrind takes the operand of a fused multiply-add on vectors for a read of each lane.
if "newton-avx2" in runs():
    table = cells(answer("newton-avx2", "cache", "--steps", "2000"))
    assert float(table["reads"][1]) < 0.6 * float(table["instructions"][1]), "most instructions compute, and don't read"


def machine(first, second, last, cores):
    return {"cache_bytes": {"l1_data": first, "l2": second, "l3": last}, "usable_cores": cores}


assert sizes(machine(49152, 1 << 20, 480 << 20, 2)) == ((49152, 12, 64), (8 << 20, 8, 64), False), "a host's"
assert sizes(machine(32768, 1 << 20, 32 << 20, 8)) == ((32768, 8, 64), (32 << 20, 8, 64), True)
assert sizes(machine(32768, 1 << 20, None, 8)) == ((32768, 8, 64), (1 << 20, 8, 64), True), "no third level"
first, last, _ = sizes(machine(None, None, 33 << 20, 64))
for size, ways, line in (first, last):
    sets = size // ways // line
    assert sets * ways * line == size and sets & (sets - 1) == 0, "valgrind takes a power of two of sets"

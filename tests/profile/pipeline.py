"""tools/profile pipeline: a failure means that the prediction is of another loop, or that what binds it is misnamed."""

import re

from support import FOLDER, answer, kept, need, run, runs

from profiling.mca import cpu_like_this

need("llvm-mca-19")
lines = answer("naive", "pipeline", "--n", "1000", "--steps", "200", "--against", "swapped", "--cpu", "znver3",
               "--cpu", "icelake-server")


def numbers(kernel, what):
    line = next(line for line in lines if line.startswith(kernel + " ") and what in line)
    return [float(cell) for cell in re.split(r"\s{2,}", line) if re.fullmatch(r"[\d.]+", cell)], line


for cpu in ("predicted, znver3", "predicted, icelake-server"):
    (throughput, naive), said = numbers("naive", cpu)
    # A square root and two divisions take the divider 10 to 30 cycles; naive's particles don't wait for each other.
    assert 10 < throughput <= naive < 2 * throughput, said
    assert " throughput: " in said, said
    (_, swapped), said = numbers("swapped", cpu)
    assert swapped > 2 * naive and " latency: " in said, said
assert numbers("naive", "measured")[0][0] > 5 and " GHz" in numbers("naive", "measured")[1]
assert kept(lines, "naive.mca.s").read_text(encoding="utf-8").count("sqrtsd") >= 1

# Kernels that this machine need not be able to run, and what a CPU's model lacks
lines = answer("newton-avx512", "pipeline", "--n", "960", "--steps", "100", "--cpu", "icelake-server", "--cpu", "znver3")
(throughput, simulated), said = numbers("newton-avx512", "icelake-server")
assert 0.1 < throughput <= simulated < 0.5, said
assert "that CPU has no avx512f" in numbers("newton-avx512", "znver3")[1]

# The loop that is looked at is the one that runs: not that of the frames, which is in the same file.
for kernel in sorted({"avx2", "newton-avx2", "spiral-avx2", "analytic-avx2", "spiral-avx512", "newton-avx512"} & runs()):
    lines = answer(kernel, "pipeline", "--n", "1000", "--steps", "1000", "--cpu", "skylake-avx512")
    said = next(line for line in lines if line.startswith(f"the loop of {kernel}: "))
    units, share = re.match(r".*: ([0-9.,]+) particle.* a turn; (\d+) % of ", said).groups()
    assert float(units) >= 4 and int(share) > 50, said
    if kernel == "spiral-avx512":
        assert "SKXFPDivider" in numbers(kernel, "skylake-avx512")[1], lines
if "analytic-avx2" in runs():
    answer("analytic-avx2", "instructions", "--n", "1000", "--steps", "1")
    listing = (FOLDER / "analytic-avx2.asm").read_text(encoding="utf-8")
    assert "vsqrtpd" in listing and "vdivpd" in listing, "the loop of the frames, which has neither, is listed"

status, _, complaint = run("--kernel", "naive", "pipeline", "--cpu", "nosuch")
assert status == 2 and "llvm-mca knows no CPU 'nosuch'" in complaint, complaint

for flags, cpu in (("sse4a avx2", "znver2"), ("sse4a avx2 vaes", "znver3"), ("sse4a avx512f vaes", "znver4"),
                   ("avx2 avx512f avx512_vbmi2 vaes", "icelake-server"), ("avx2 avx512f", "skylake-avx512"),
                   ("avx2", "skylake"), ("sse2", "sandybridge")):
    assert cpu_like_this(set(flags.split())) == cpu, flags

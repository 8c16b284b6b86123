"""tools/profile functions: a failure means that work is attributed to another function than does it, or calls that are
not there. As perf samples it, and as callgrind counts it where perf is not installed."""

from support import answer, kept, need, row, without

need("valgrind")
for path, file in ((None, None), (without("perf"), "analytic.callgrind.out")):
    lines = answer("swapped", "functions", "--n", "1000", "--steps", "1000", path=path)
    top = lines[2].split()
    assert top[-1] == "whirl_kernel_swapped" and top[-2] == "1", f"the kernel is not the first, called once: {top}"
    assert row(lines, "once_work")[-2] == "1"

    # libm's functions are called for each particle, and take most of the time.
    lines = answer("analytic", "functions", "--n", "1000", "--steps", "1", path=path)
    assert row(lines, "whirl_kernel_analytic")[-2] == "1"
    called = [line.split() for line in lines[2:-1] if line.split()[-2] == "1000"]
    assert any("sincos" in words[-1] for words in called), "sincos is called for each particle"
    assert "sincos" in lines[2] + lines[3] and "atan2" in lines[2] + lines[3]
    if file:
        kept(lines, file)

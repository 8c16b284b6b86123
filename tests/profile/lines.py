"""tools/profile lines: a failure means that time is attributed to lines that don't take it, or to intrinsics' headers
instead of the kernel's own lines."""

import re

from support import ROOT, answer, need, runs, without

need("addr2line")


def hot(said):
    """The lines that take time: number to per cent."""
    found = [re.match(r"\s*\S+(?: [mµn]?s)?\s+([\d.]+)\s+(\d+)  ", line) for line in said[2:-1]]
    return {int(match[2]): float(match[1]) for match in found if match}


def check(kernel, file, first, last, path=None):
    text = (ROOT / "kernels" / file).read_text(encoding="utf-8").splitlines()
    begin = next(k for k, line in enumerate(text, 1) if first in line)
    end = next(k for k, line in enumerate(text, 1) if k > begin and last in line)
    said = answer(kernel, "lines", "--n", "960", "--steps", "1000", path=path)
    assert f": {file}, " in said[0], said[0]
    assert float(re.search(r"([\d.]+) % of the run are in this file", said[0])[1]) > 80
    within = sum(part for line, part in hot(said).items() if begin <= line <= end)
    assert within > 90, f"only {within} % are in lines {begin} to {end} of {file}"
    for line in hot(said):
        assert any(shown.endswith(f"{line:4d}  {text[line - 1]}".rstrip()) for shown in said), f"line {line} is another"


def check_namesakes(kernel, file, path=None):
    """Of a kernel some of whose static functions other kernels have by the same name, compiled from the same source."""
    said = answer(kernel, "lines", "--n", "960", "--steps", "1000", path=path)
    assert f": {file}, " in said[0] and len(hot(said)) > 5, f"{kernel} is on lines {hot(said)} of {said[0]}"
    assert float(re.search(r"([\d.]+) % of the run are in this file", said[0])[1]) > 50, said[0]
    functions = {line.split()[-1] for line in answer(kernel, "functions", "--n", "960", "--steps", "1000", path=path)[2:-1]}
    own = "whirl_kernel_" + kernel.replace("-", "_")
    others = {name for name in functions if name.startswith("whirl_kernel_") and name != own
              and not name.startswith(own + "_pipeline")}
    assert "??" not in functions, "a function without a name"
    assert not others, f"{kernel} is said to run {others}"


for path in (None, without("perf")):
    if path:
        need("valgrind")
    check("swapped", "swapped.c", "for (uint64_t step", "x[i] = px", path)
    if "avx2" in runs():
        check("avx2", "bitwise.c", "SIMD_INLINE void step_plainly", "SIMD_INLINE void step_block", path)
    for kernel in ("spiral-avx2", "analytic-avx2"):
        if kernel in runs():
            check_namesakes(kernel, kernel.partition("-")[0] + "_simd.c", path)
for kernel in ("spiral-avx512", "analytic-avx512"):
    if kernel in runs():
        check_namesakes(kernel, kernel.partition("-")[0] + "_simd.c")

"""tools/profile's command line: what it refuses and with which sentence, and what it says of programs that aren't there."""

import json
import pathlib
import subprocess

from support import BUILD, FOLDER, answer, need, run, without


def expect(code, said, *arguments, path=None):
    status, output, complaint = run(*arguments, path=path)
    assert (status, complaint.count("\n"), output) == (code, 1, ""), (arguments, status, complaint, output)
    assert said in complaint, f"{arguments}: '{complaint}' does not say '{said}'"


status, said, _ = run("--help")
assert status == 0 and "flamegraph" in said and "Exit status" in said
expect(2, "invalid choice: 'why'", "--kernel", "naive", "why")
expect(2, "required: QUESTION", "--kernel", "naive")
expect(2, "required: --kernel", "time")
expect(2, "no kernel is called 'naiv'; there are naive, ", "--kernel", "naiv", "time")
expect(2, "no kernel is called 'x'", "--kernel", "naive", "--against", "x", "instructions")
expect(2, "--against goes with instructions and pipeline", "--kernel", "naive", "--against", "omp", "time")
expect(2, "--cpu goes with pipeline", "--kernel", "naive", "--cpu", "znver3", "time")
expect(2, "is no whole number", "--kernel", "naive", "--n", "x", "time")
expect(2, "--n 0: give a whole number above 0", "--kernel", "naive", "--n", "0", "time")
expect(2, "--threads 60000: this machine runs ", "--kernel", "omp", "--threads", "60000", "time")
(FOLDER / "file").write_text("", encoding="utf-8")
expect(2, "can't write to ", "--kernel", "naive", "--output", FOLDER / "file", "time")
expect(1, "there is no bench in ", "--kernel", "naive", "--build", FOLDER, "time")

# Programs that are not there
for program, package, question in (("valgrind", "valgrind", "cache"), ("dot", "graphviz", "callgraph"),
                                   ("gnuplot", "gnuplot-nox", "memory"), ("llvm-mca-19", "llvm-19", "pipeline"),
                                   ("perf", "linux-perf", "counters"), ("objdump", "binutils", "instructions")):
    expect(1, f"{program} is not installed; tools/setup --profiling installs it, or apt-get install {package}",
           "--kernel", "naive", question, path=without(program))

# What the dispatcher chooses
assert answer("auto", "time", "--n", "100", "--steps", "1")[0].split(" on ")[0] in {
    kernel["name"] for kernel in
    json.loads(subprocess.run([BUILD / "whirl-info", "--json"], check=True, capture_output=True).stdout)["kernels"]}

# Under valgrind there is no AVX-512.
need("valgrind", "dot")
if "avx512f" in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"):
    expect(1, "avx512 can't run here: valgrind has no AVX-512; nearest: avx2", "--kernel", "avx512", "callgraph")

"""tools/profile's command line: what it refuses and with which sentence, and what it says of programs that aren't there."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from support import BUILD, FOLDER, ROOT, answer, need, run, without

from profiling.programs import complaint as complaint_of


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
expect(2, "--n 0: then there is no work to look at; give a whole number above 0", "--kernel", "naive", "--n", "0", "time")
expect(2, "--steps 0: then there is no work", "--kernel", "naive", "--steps", "0", "time")
expect(2, "--threads 2: naive runs on one thread; naive-omp takes more", "--kernel", "naive", "--threads", "2", "time")
expect(2, "--threads 0: then there is no thread that works; give a whole number above 0", "--kernel", "omp", "--threads", "0",
       "time")
for question in ("time", "pipeline", "instructions"):
    expect(2, "--threads 60000: this machine runs ", "--kernel", "omp", "--threads", "60000", question)
expect(2, "particles are too many", "--kernel", "naive", "--n", "1e15", "pipeline")
(FOLDER / "file").write_text("", encoding="utf-8")
expect(2, "can't write to ", "--kernel", "naive", "--output", FOLDER / "file", "time")
expect(1, "there is no bench in ", "--kernel", "naive", "--build", FOLDER, "time")

# Programs that are not there
for program, package, question in (("valgrind", "valgrind", "cache"), ("dot", "graphviz", "callgraph"),
                                   ("gnuplot", "gnuplot-nox", "memory"), ("llvm-mca-19", "llvm-19", "pipeline"),
                                   ("perf", "linux-perf", "counters"), ("objdump", "binutils", "instructions")):
    expect(1, f"{program} is not installed; tools/setup --profiling installs it, or apt-get install {package}",
           "--kernel", "naive", question, path=without(program))

for question in ("functions", "lines", "flamegraph"):
    expect(1, "neither perf nor valgrind is installed; tools/setup --profiling installs them, or apt-get install linux-perf or "
           "valgrind", "--kernel", "naive", "--n", "10", "--steps", "10", question, path=without("perf", "valgrind"))

# What valgrind says, of which the last line is no complaint
assert complaint_of("==7== Bad option: --x\n==7== Expected 'p'\n==7== Use --help for more information.\n") == "Expected 'p'"
assert complaint_of("==7== Events\nbench: it is wrong\n==7== \n") == "bench: it is wrong"

# A bench that a signal ends
killed = FOLDER / "killed"
killed.mkdir()
(killed / "whirl-info").symlink_to((BUILD / "whirl-info").resolve())
(killed / "bench").write_text("#!/bin/sh\nkill -$WHIRL_TEST_SIGNAL $$\n", encoding="utf-8")
(killed / "bench").chmod(0o755)
for signal, said in (("KILL", "bench was ended by SIGKILL, as where memory runs out: fewer particles need less"),
                     ("SEGV", "bench was ended by SIGSEGV\n")):
    os.environ["WHIRL_TEST_SIGNAL"] = signal
    for question in ("time", "memory", "functions"):
        if question != "memory" or shutil.which("gnuplot"):
            expect(1, said, "--kernel", "naive", "--build", killed, question)
del os.environ["WHIRL_TEST_SIGNAL"]

# Programs that write a part of a file, and succeed
for program, question, whole in (("dot", "callgraph", "naive-callgraph.svg"),
                                 ("valgrind", "cache", "naive.cache.callgrind.out"),
                                 ("gnuplot", "memory", "naive-memory.svg")):
    real = shutil.which(program)
    if real:
        path = without(program)
        (path / program).write_text(f"""#!{sys.executable}
import pathlib, re, subprocess, sys
said = sys.stdin.read()
done = subprocess.run([{real!r}, *sys.argv[1:]], input=said, text=True, stdout=subprocess.PIPE)
asked = said + "\\n" + "\\n".join(sys.argv)
written = re.search(r"set output '([^']+)'|^--callgrind-out-file=(.*)$|^-o\\n(.*)$", asked, re.MULTILINE)
if written:
    file = pathlib.Path(next(filter(None, written.groups())))
    file.write_bytes(file.read_bytes()[:-40])
sys.stdout.write(done.stdout if written else done.stdout[:-40])
sys.exit(done.returncode)
""", encoding="utf-8")
        (path / program).chmod(0o755)
        expect(1, f"can't write {FOLDER / whole}: its end is missing", "--kernel", "naive", "--n", "100", "--steps", "10",
               question, path=path)
        assert not list(FOLDER.glob(f"*{whole}")), "what is not whole is kept"

# An answer that can't be written, or is not read to its end
command = [sys.executable, ROOT / "tools/profile", "--build", BUILD, "--output", FOLDER, "--kernel", "naive", "--n", "100",
           "time"]
with open("/dev/full", "w", encoding="utf-8") as full:
    done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
assert (done.returncode, done.stderr) == (1, "profile: can't write the answer: No space left on device\n"), done
reader, writer = os.pipe()
os.close(reader)
done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
os.close(writer)
closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, text=True, check=False)
assert (closed.returncode, closed.stderr) == (1, "profile: can't write the answer: standard output is closed\n"), closed
assert (done.returncode, done.stderr) == (1, ""), done

# What the dispatcher chooses is what is looked at, whatever it would choose under valgrind.
kernels = {kernel["name"] for kernel in
           json.loads(subprocess.run([BUILD / "whirl-info", "--json"], check=True, capture_output=True).stdout)["kernels"]}
chosen = answer("auto", "time", "--n", "100", "--steps", "10")[0].split(" on ")[0]
assert chosen in kernels
assert answer("auto", "instructions", "--n", "100", "--steps", "10", "--against", "auto")[0].startswith(chosen + ": ")
if shutil.which("llvm-mca-19"):
    assert answer("auto", "pipeline", "--n", "100", "--steps", "10")[0].startswith(chosen + " on ")
if shutil.which("valgrind"):
    status, said, complaint = run("--kernel", "auto", "--n", "100", "--steps", "10", "cache")
    assert (said.startswith(chosen + " on ") if status == 0 else
            f"{chosen} can't run here: valgrind" in complaint), (said, complaint)

# Names in which valgrind would fill something in; under it there is no AVX-512.
need("valgrind", "dot")
status, _, complaint = run("--kernel", "naive", "--n", "10", "--steps", "10", "--output", FOLDER / "100%d", "cache")
assert status == 0 and (FOLDER / "100%d/naive.cache.callgrind.out").exists(), complaint
if "avx512f" in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"):
    expect(1, "avx512 can't run here: valgrind has no AVX-512; nearest: avx2", "--kernel", "avx512", "callgraph")

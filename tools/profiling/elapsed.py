"""time: how long the work takes, and what the whole program needs."""

import os
import subprocess
import time

from plotting import files
from profiling import tables
from profiling.programs import failure

RUNS = 5
SECONDS = 0.05  # that the work is repeated for in each of them


def _run(command):
    """The program once: what it took of the clock, and of the CPU for itself and in the kernel."""
    begin = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as process:
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise failure("bench", process.returncode, said)
    return {"real": time.monotonic() - begin, "user": usage.ru_utime, "sys": usage.ru_stime}


def answer(target, folder, _arguments):
    repetitions = target.repetitions_for(SECONDS, target.settle())
    measured = [target.measure(repetitions) for _ in range(RUNS)]
    times = sorted(m["best_seconds"] for m in measured)
    runs = [_run(target.command()) for _ in range(RUNS)]
    peak = max(m["peak_bytes"] for m in measured)
    best = min(runs, key=lambda run: run["real"])
    path = folder / f"{target.kernel}.time.csv"
    files.write(path, "work_seconds,real_seconds,user_seconds,sys_seconds,peak_bytes\n" + "".join(
        f"{work['best_seconds']:.9g},{run['real']:.6f},{run['user']:.6f},{run['sys']:.6f},{work['peak_bytes']}\n"
        for work, run in zip(measured, runs)))
    each = times[0] / target.units
    print(f"{target.words()}")
    print(f"the work     {tables.time(times[0])}, {tables.nanoseconds(each)} a {target.unit}: the best of "
          f"{RUNS} runs{f' of {repetitions:,} each' if repetitions > 1 else ''}, from {tables.time(times[0])} to "
          f"{tables.time(times[-1])}")
    print(f"the program  real {tables.time(best['real'])}, user {tables.time(best['user'])}, sys "
          f"{tables.time(best['sys'])}, set-up and end included; peak memory {peak / 1e6:.1f} MB")
    return path, "any spreadsheet; bench --kernel all compares kernels, and tools/plot draws that"

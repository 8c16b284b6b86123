"""memory: what a particle takes, the peak, and how it came to it over time; and what other layouts would take."""

import math
import pathlib
import re
import subprocess
import time

from plotting import files, gnuplot
from plotting.axes import COLOURS, label
from plotting.results import BYTES_OF_PARTICLE
from profiling import programs, tables
from profiling.target import relative

# Of the textbook's particle, x, y and ang_vel. Python's are what its chapter measures, for 64-bit CPython.
LAYOUTS = (("whirl: three arrays", BYTES_OF_PARTICLE), ("C: an array of structs", BYTES_OF_PARTICLE),
           ("Python: objects with __slots__", 136), ("Python: objects", 240))
PAUSE = 0.0005  # seconds between two looks
HEIGHT = 420


def _resident(process):
    """The memory that a process holds, in bytes; None when it has ended."""
    try:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"^VmRSS:\s*(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else None


def _watch(command):
    """Runs the program. When it began, and its resident memory over time, as (seconds, bytes)."""
    begin, points = time.time(), []
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True) as process:
        while process.poll() is None:
            resident = _resident(process)
            if resident is not None:
                points.append((time.time() - begin, resident))
            time.sleep(PAUSE)
        said = process.stderr.read()
    if process.returncode != 0:
        raise programs.failure("bench", process.returncode, said)
    return begin, points


def _picture(target, points, path):
    end = max(points[-1][0], 1e-3)
    script = [f"set title '{target.words()}: resident memory' font ',15'", "set border 3", "set tics nomirror out",
              f"set xlabel 'time [s]'; set xrange [0:{end:.6g}]", "set ylabel 'memory [MB]'; set yrange [0:*]",
              "set key off", "set bmargin 6", label("a look each half millisecond; set-up included", "screen 0.02, screen 0.04"),
              gnuplot.block("memory", [(f"{t:.6f}", f"{b / 1e6:.4f}") for t, b in points]),
              f"plot $memory using 1:2 with filledcurves y1=0 linecolor rgb '#cfe3f2', $memory using 1:2 with lines "
              f"linewidth 2 linecolor rgb '{COLOURS[0]}'"]
    with files.whole(path, "</svg>") as temporary:
        gnuplot.write("\n".join(script), HEIGHT, temporary, "svg")


def answer(target, folder, _arguments):
    programs.need("gnuplot")
    peak, alone = target.settle()["peak_bytes"], target.with_particles(1).settle()["peak_bytes"]
    begin, points = _watch(target.command())
    path, picture = folder / f"{target.kernel}.mprof.dat", folder / f"{target.kernel}-memory.svg"
    files.write(path, f"CMDLINE {' '.join(target.command())}\n"
                + "".join(f"MEM {resident / 2**20:.6f} {begin + seconds:.4f}\n" for seconds, resident in points))
    _picture(target, points, picture)
    print(f"{target.words()}: peak {peak / 1e6:.1f} MB, of which {alone / 1e6:.1f} MB are the program with one particle")
    if target.n * BYTES_OF_PARTICLE < alone:  # which differs from run to run, by more than few particles take
        enough = math.ceil(math.log10(alone / BYTES_OF_PARTICLE))
        print(f"the particles are too few to tell their bytes from the program's; --n 1e{enough} is enough")
    else:
        print(f"{(peak - alone) / target.n:.1f} bytes a particle: x, y and ang_vel are {BYTES_OF_PARTICLE}")
    rows = [(name, size, tables.size(size * target.n)) for name, size in LAYOUTS]
    print("\n".join(tables.table(("layout", "bytes a particle", "all particles"), rows, left=(0,))))
    print(f"drawn in {relative(picture)}")
    return path, "mprof plot FILE, of Python's memory-profiler"

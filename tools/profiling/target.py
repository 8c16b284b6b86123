"""What is looked at: one kernel with so many particles and steps, run alone by bench --once."""

import json
import math
import os
import pathlib
import subprocess

from plotting.axes import count
from plotting.problems import BadUsage, Problem
from profiling import programs

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MOST_REPETITIONS = 10**6
WARM = 10  # repetitions, of which the best is a warm one
WORK = "once_work"  # bench's function around all of the work


def _program(build, name):
    path = build / name
    if not path.exists():
        raise Problem(f"there is no {name} in {build}; tools/build makes it")
    return path


class CannotRun(BadUsage):
    """The kernel, on this machine."""


class Target:
    def __init__(self, build, kernel, n, steps, threads, unit=None):
        self.build = build
        self.bench = _program(build, "bench")
        self.info = json.loads(programs.run([_program(build, "whirl-info"), "--json"])[0])
        self.n, self.steps, self.threads = n, steps, threads
        self._kernels = {entry["name"]: entry for entry in self.info["kernels"]}
        if kernel not in self._kernels and kernel != "auto":
            raise BadUsage(f"no kernel is called '{kernel}'; there are {', '.join(self._kernels)} and auto")
        if threads and threads > 1 and self._kernels.get(kernel, {}).get("serial") == kernel:
            threaded = [name for name, entry in self._kernels.items() if entry["serial"] == kernel != name]
            raise BadUsage(f"--threads {threads}: {kernel} runs on one thread; {' and '.join(threaded)} takes more")
        self.kernel = kernel
        self._unit = unit
        if kernel == "auto":  # under valgrind it would be another
            self.settle()

    def settle(self):
        """Runs the kernel once: bench knows what is wrong with the work, how many threads it takes, and which kernel auto
        is."""
        measured = self.measure()
        self.kernel, self.threads = measured["kernel"], measured["threads"]
        return measured

    @property
    def descriptor(self):
        return self._kernels[self.kernel]

    @property
    def serial(self):
        """The kernel whose function is run."""
        return self.descriptor["serial"]

    @property
    def symbol(self):
        return "whirl_kernel_" + self.serial.replace("-", "_")

    @property
    def _own_unit(self):
        return "particle-step" if self.descriptor["method"] == "euler" else "particle"

    @property
    def unit(self):
        """What work is counted in: what the kernel's grows with, or of a second kernel the first one's."""
        return self._unit or self._own_unit

    @property
    def own_units(self):
        return self._units_of(self._own_unit)

    def _units_of(self, unit):
        return max(1, self.n * (self.steps if unit == "particle-step" else 1))

    @property
    def units(self):
        return self._units_of(self.unit)

    @property
    def flops(self):
        """The floating-point operations of a unit, as the descriptor counts them."""
        of_own = self.descriptor["flops"]["per_particle_step" if self._own_unit == "particle-step" else "per_particle"]
        return of_own * self.own_units / self.units

    def other(self, kernel):
        """The same work for another kernel."""
        return Target(self.build, kernel, self.n, self.steps, None, self.unit)

    def smaller(self, n, steps):
        """No more work than that for the same kernel, in its own unit."""
        return Target(self.build, self.kernel, min(n, self.n), min(steps, self.steps), self.threads)

    def with_particles(self, n):
        return Target(self.build, self.kernel, n, self.steps, self.threads)

    def words(self):
        threads = f" on {count(self.threads, 'thread')}" if self.threads else ""
        return f"{self.kernel}{threads}, {count(self.n, 'particle')}, {count(self.steps, 'step')}"

    def command(self, *more, repetitions=1, steps=None):
        threads = ["--threads", str(self.threads)] if self.threads else []
        return [str(self.bench), "--kernel", self.kernel, "--n", str(self.n),
                "--steps", str(self.steps if steps is None else steps), *threads, "--once",
                "--repetitions", str(repetitions), *more]

    def measure(self, repetitions=1):
        """What bench says of the work: kernel, threads, best_seconds, core_hertz."""
        done = subprocess.run(self.command("--format", "json", repetitions=repetitions), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        if done.returncode == 2:
            complaint = programs.complaint(done.stderr).removeprefix("bench: ")
            raise (CannotRun if " can't run here: " in complaint else BadUsage)(complaint)
        if done.returncode != 0:
            raise programs.failure("bench", done.returncode, done.stderr)
        return json.loads(done.stdout)

    def repetitions_for(self, seconds, measured):
        """How many last so long. `measured`: a run alone, which is a cold one; where there are many, a warm one tells."""
        def number(each):
            return max(1, math.ceil(min(seconds / max(each["best_seconds"], 1e-9), MOST_REPETITIONS)))

        repetitions = number(measured)
        return repetitions if repetitions < WARM else number(self.measure(WARM))


def relative(path):
    """The path as a user would type it."""
    text = os.path.relpath(path)
    return text if not text.startswith("..") else str(path)

"""The textbook loop in Python, for bench --peers, which starts this, sends it particles and asks for times and results.

Usage: particles.py THREADS PEER...
Standard input is a socket to bench. A request is a line of words, perhaps with numbers after it. An answer is two
integers of 8 bytes, whether it failed and how many bytes follow, and those: numbers, or a sentence on what is wrong.
Before the first request there is an answer for each peer: whether it can be had here."""

import math
import os
import struct
import sys
import time

try:
    import numpy
    NUMPY_PROBLEM = None
except Exception as error:  # whatever is wrong with an installation
    NUMPY_PROBLEM = error


def numpy_loop():
    def evolve(x, y, ang_vel, timestep, steps, threads):
        h = timestep * ang_vel
        for _ in range(steps):
            norm = numpy.sqrt(x * x + y * y)
            direction_x = x / norm
            direction_y = y / norm
            x -= h * direction_y
            y += h * direction_x

    return evolve


def numba_loop():
    import numba

    @numba.njit
    def evolve(x, y, ang_vel, timestep, steps, threads):
        for _ in range(steps):
            for i in range(len(x)):
                h = timestep * ang_vel[i]
                norm = math.sqrt(x[i] * x[i] + y[i] * y[i])
                direction_x = x[i] / norm
                direction_y = y[i] / norm
                x[i] -= h * direction_y
                y[i] += h * direction_x

    return evolve


def numba_prange_loop():
    import numba

    serial = numba_loop()

    @numba.njit(parallel=True)
    def over_parts(x, y, ang_vel, timestep, steps, threads):
        for part in numba.prange(threads):
            first, last = part * len(x) // threads, (part + 1) * len(x) // threads
            serial(x[first:last], y[first:last], ang_vel[first:last], timestep, steps, 1)

    def evolve(x, y, ang_vel, timestep, steps, threads):
        numba.set_num_threads(threads)
        over_parts(x, y, ang_vel, timestep, steps, threads)

    return evolve


PEERS = {"python-numpy": numpy_loop, "python-numba": numba_loop, "python-numba-prange": numba_prange_loop}


def read_numbers(stream, n):
    numbers = numpy.empty(n)
    if stream.readinto(numbers) != 8 * n:
        raise EOFError("bench has ended")
    return numbers


class Particles:
    def __init__(self, n, requests):
        self.start = [read_numbers(requests, n) for _ in range(3)]
        self.now = [numpy.empty(n) for _ in range(2)]

    def measure(self, evolve, timestep, steps, last, threads, calls):
        """The seconds of each of so many calls, which all begin with the same particles."""
        seconds = numpy.empty(calls)
        ang_vel = self.start[2]
        x, y = self.now
        for call in range(calls):
            x[:], y[:] = self.start[:2]
            start = time.perf_counter()
            evolve(x, y, ang_vel, timestep, steps, threads)
            if last > 0:
                evolve(x, y, ang_vel, last, 1, threads)
            seconds[call] = time.perf_counter() - start
        return seconds


def prepare(name, threads):
    """A peer's function, compiled where it is one of Numba's."""
    if NUMPY_PROBLEM:
        raise NUMPY_PROBLEM
    evolve = PEERS[name]()
    evolve(numpy.ones(threads), numpy.ones(threads), numpy.ones(threads), 1e-5, 1, threads)
    return evolve


def why(problem):
    if isinstance(problem, ModuleNotFoundError) and problem.name in ("numpy", "numba"):
        return f"Python has no {problem.name}, which is in the package python3-{problem.name}"
    return f"{type(problem).__name__}: {problem}".splitlines()[0]


class Bench:
    """The other end of the socket."""

    def __init__(self):
        self.requests = sys.stdin.buffer
        self.answers = os.fdopen(os.dup(0), "wb")

    def answer(self, content=b"", failed=False):
        content = memoryview(content).cast("B")
        self.answers.write(struct.pack("=qq", failed, len(content)))
        self.answers.write(content)
        self.answers.flush()

    def fail(self, problem):
        self.answer(why(problem).encode(), failed=True)

    def serve(self, functions):
        particles = None
        for line in self.requests:
            request, *words = line.decode().split()
            try:
                if request == "particles":
                    particles = Particles(int(words[0]), self.requests)
                    self.answer()
                elif request == "evolve":
                    name, timestep, steps, last, threads, calls = words
                    self.answer(particles.measure(functions[name], float(timestep), int(steps), float(last),
                                                  int(threads), int(calls)))
                else:
                    for numbers in particles.now:
                        self.answer(numbers)
            except MemoryError as problem:
                self.fail(problem)


def main():
    threads, *names = sys.argv[1:]
    os.environ["NUMBA_NUM_THREADS"] = threads
    bench = Bench()
    functions = {}
    for name in names:
        try:
            functions[name] = prepare(name, int(threads))
            bench.answer()
        except Exception as problem:
            bench.fail(problem)
    bench.serve(functions)


main()

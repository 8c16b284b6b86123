"""whirl-sim's files and its command line: what is written is read back by other programs and compared bit for bit with
what the library computes, and input that is wrong is refused with its place.
Usage: files.py WHIRL-SIM [SHARED-LIBRARY]; without the library its results are not compared."""
import csv
import ctypes
import functools
import io
import os
import re
import struct
import subprocess
import sys
import time

import h5py
import numpy

from support import THREE, check, run_cases


class Particles(ctypes.Structure):
    _fields_ = [("n", ctypes.c_size_t), ("x", ctypes.c_void_p), ("y", ctypes.c_void_p), ("ang_vel", ctypes.c_void_p)]


def library_frames(path, start, dt, frames):
    """What whirl_trajectory gives with the default options: shape (frames + 1, n, 2)."""
    library = ctypes.CDLL(path)
    library.whirl_trajectory.argtypes = [ctypes.c_void_p, Particles, ctypes.c_double, ctypes.c_uint64,
                                         ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p]
    dispatcher = ctypes.c_void_p()
    check(library.whirl_dispatcher_create(ctypes.byref(dispatcher), None) == 0, "the library refuses")
    columns = [numpy.ascontiguousarray(start[:, i]) for i in range(3)]
    view = Particles(len(start), *(column.ctypes.data for column in columns))
    x, y = numpy.empty((2, frames + 1, len(start)))
    status = library.whirl_trajectory(dispatcher, view, dt, 0, frames + 1, x.ctypes.data, y.ctypes.data)
    check(status == 0, f"whirl_trajectory fails: {status}")
    library.whirl_dispatcher_destroy(dispatcher)
    return numpy.stack([x, y], axis=-1)


def naive_frames(start, timestep, steps, frames):
    """The textbook's loop, each operation rounded once: shape (frames + 1, n, 2)."""
    x, y, h = start[:, 0].copy(), start[:, 1].copy(), timestep * start[:, 2]
    result = [numpy.stack([x, y], axis=-1)]
    for _ in range(frames):
        for _ in range(steps):
            norm = numpy.sqrt(x * x + y * y)
            x, y = x - h * (y / norm), y + h * (x / norm)
        result.append(numpy.stack([x, y], axis=-1))
    return numpy.stack(result)


def read_csv(text):
    """The frames of a CSV file, by Python's own reader and its correctly rounded numbers."""
    rows = list(csv.reader(io.StringIO(text.decode())))
    check(rows[0] == ["frame", "particle", "x", "y"], f"the header is {rows[0]}")
    frames = 1 + int(rows[-1][0])
    n = 1 + int(rows[-1][1])
    check([row[:2] for row in rows[1:]] == [[str(f), str(i)] for f in range(frames) for i in range(n)],
          "frames and particles are not counted")
    return numpy.array([[float(row[2]), float(row[3])] for row in rows[1:]]).reshape(frames, n, 2)


def read_h5(path):
    with h5py.File(path) as file:
        return file["particles/all/position/value"][:]


def same_bits(a, b, what):
    check(a.shape == b.shape, f"{what}: shape {a.shape} and not {b.shape}")
    check((a.view(numpy.uint64) == b.view(numpy.uint64)).all(), f"{what}: other bits")


def some_particles(n, seed=1):
    return numpy.random.default_rng(seed).uniform(-1, 1, (n, 3))


def write_csv(path, particles, header="x,y,ang_vel"):
    with open(path, "w", encoding="ascii") as file:
        file.write(header + "\n")
        for particle in particles:
            file.write(",".join(repr(float(number)) for number in particle) + "\n")


# What comes out


def reference_case(folder, program, _):
    """the six numbers that every reader of the textbook expects"""
    (folder / "three.csv").write_text(THREE)
    frames = read_csv(program.run("--input", "three.csv")[0])
    expected = numpy.array([[0.210269, 0.543863], [-0.099334, -0.490034], [0.191358, -0.365227]])
    check(numpy.abs(frames[1] - expected).max() < 1e-6, f"frame 1 is {frames[1]}")


def formats_agree_with_the_library(folder, program, library):
    """each format holds the library's bits, for frames that are whole steps and for frames that are not"""
    run = program.run
    start = some_particles(70)
    numpy.save(folder / "start.npy", start)
    for frames, dt in ((7, 0.05), (300, 0.001), (3, 3.7e-4), (0, 0.1)):
        options = ("--input", "start.npy", "--dt", dt, "--frames", frames, "--quiet", "--output")
        for name in ("a.npy", "a.csv", "a.h5", "without-suffix"):
            run(*options, name)
        written = numpy.load(folder / "a.npy")
        if library:
            same_bits(written, library_frames(library, start, dt, frames), ".npy and the library")
        same_bits(written[0], start[:, :2], "frame 0 and the start")
        same_bits(read_csv((folder / "a.csv").read_bytes()), written, ".csv")
        values = read_h5(folder / "a.h5")
        same_bits(numpy.ascontiguousarray(values[:, :, :2]), written, ".h5")
        check((values[:, :, 2] == 0).all(), ".h5: z is not 0")
        same_bits(numpy.load(folder / "without-suffix"), written, "a file without suffix")
        same_bits(read_csv(run(*options, "-")[0]), written, "standard output")
        run(*options, ".csv")
        check((folder / ".csv").read_bytes() == (folder / "a.csv").read_bytes(), "a name that is all suffix")
        (folder / ".csv").unlink()
        check(sorted(os.listdir(folder)) == ["a.csv", "a.h5", "a.npy", "start.npy", "without-suffix"],
              f"there is something else: {os.listdir(folder)}")


def stepping_kernels_go_from_frame_to_frame(folder, program, _):
    """a kernel that steps gives the textbook loop's bits in every frame"""
    start = some_particles(33)
    numpy.save(folder / "start.npy", start)
    for kernel in ("naive", "swapped"):
        program.run("--input", "start.npy", "--kernel", kernel, "--dt", 0.0011, "--timestep", 1e-4,
                            "--frames", 400, "--output", "a.npy")
        same_bits(numpy.load(folder / "a.npy"), naive_frames(start, 1e-4, 11, 400), kernel)


def exact_is_a_circle(folder, program, _):
    """--method exact turns each particle by ang_vel * t / r"""
    start = some_particles(100)
    numpy.save(folder / "start.npy", start)
    program.run("--input", "start.npy", "--method", "exact", "--dt", 0.25, "--frames", 8, "--output", "a.npy")
    z, r = start[:, 0] + 1j * start[:, 1], numpy.hypot(start[:, 0], start[:, 1])
    time = 0.25 * numpy.arange(9)[:, None]
    expected = z * numpy.exp(1j * start[:, 2] * time / r)
    frames = numpy.load(folder / "a.npy")
    check(numpy.abs(frames[..., 0] + 1j * frames[..., 1] - expected).max() < 1e-13, "particles leave the circle")


def random_particles_are_the_librarys(folder, program, _):
    """--random and --seed: the same for the same seed, spread over the square"""
    run = program.run
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        run("--random", 5000, "--seed", seed, "--frames", 0, "--output", name + ".npy")
    a, b, c = (numpy.load(folder / f"{name}.npy") for name in "abc")
    same_bits(a, b, "one seed")
    check((a != c).all(), "another seed gives the same numbers")
    check(a.min() >= -1 and a.max() < 1 and abs(a.mean()) < 0.05 and abs(a.std() - 3**-0.5) < 0.02,
          "the numbers are not uniform in [-1, 1)")


def h5md_layout(folder, program, _):
    """the .h5 file has what H5MD 1.1 asks for"""
    (folder / "three.csv").write_text(THREE)
    for frames in (0, 1, 5000):
        program.run("--input", "three.csv", "--dt", 0.25, "--frames", frames, "--output", "a.h5", "--quiet")
        with h5py.File(folder / "a.h5") as file:
            check(list(file["h5md"].attrs["version"]) == [1, 1], "the version is not 1.1")
            check(file["h5md/creator"].attrs["name"] == b"whirl-sim" and "version" in file["h5md/creator"].attrs
                  and "name" in file["h5md/author"].attrs, "creator or author is missing")
            box = file["particles/all/box"].attrs
            check(box["dimension"] == 3 and list(box["boundary"]) == [b"none"] * 3, "the box is wrong")
            position = file["particles/all/position"]
            check(position["value"].shape == (frames + 1, 3, 3), f"the shape is {position['value'].shape}")
            check((position["step"][:] == numpy.arange(frames + 1)).all(), "steps are wrong")
            check((position["time"][:] == 0.25 * numpy.arange(frames + 1)).all(), "times are wrong")
            parameters = dict(file["parameters"].attrs)
            check(parameters == {"dt": 0.25, "method": b"euler", "timestep": 1e-5}, f"parameters are {parameters}")
    done = subprocess.run(["h5dump", "--header", "a.h5"], cwd=folder, capture_output=True, check=False)
    check(done.returncode == 0 and b"( 5001, 3, 3 )" in done.stdout, "h5dump can't read it")


def memory_does_not_grow_with_frames(folder, program, _):
    """a run of many frames takes as much memory as one of few"""
    for suffix in ("npy", "csv", "h5"):
        peaks = []
        for frames in (1000, 100000):
            child = subprocess.Popen([program.path, "--random", "20", "--dt", "1e-4", "--frames", str(frames),
                                      "--quiet", "--output", f"a.{suffix}"], cwd=folder)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = status
            check(status == 0, f"it fails with status {status}")
            peaks.append(usage.ru_maxrss)
        # 99,000 frames of 20 particles are 32 MB; the frames that are computed at once are 8 MB.
        check(peaks[1] - peaks[0] < 12000, f".{suffix}: {peaks[0]} kB, and {peaks[1]} kB with more frames")
        (folder / f"a.{suffix}").unlink()


def compare_prediction(run, motion, steps):
    """What --predict says of Euler's steps, and the line before the run, against the positions that come out."""
    what = f"{motion} {steps}"
    out, err = run(*motion, *steps, "--predict")
    rows = list(csv.DictReader(io.StringIO(out.decode())))
    radius, angle, distance = (numpy.array([float(row[name]) for row in rows])
                               for name in ("radius", "angle", "distance"))
    euler = read_csv(run(*motion, *steps)[0]) @ (1, 1j)
    exact = read_csv(run(*motion, "--method", "exact")[0]) @ (1, 1j)
    same = functools.partial(numpy.allclose, rtol=1e-8, atol=1e-13)
    found = abs(euler[-1] - exact[-1])
    check(same(distance, found), f"{what}: the distances are {found} and not {distance}")
    found = abs(euler[-1]) - abs(euler[0])
    check(same(radius, found), f"{what}: the radii grow by {found} and not by {radius}")
    turns = (numpy.angle(exact[-1] / euler[-1]) - angle) / (2 * numpy.pi)
    check(abs(turns - turns.round()).max() < 1e-9, f"{what}: the angles are not {angle}")
    worst = abs(angle).argmax()
    said = (f"at most {distance.max():.3g} (particle {distance.argmax()})" if abs(angle[worst]) < numpy.pi else
            f"particle {worst} is {abs(angle[worst]) / (2 * numpy.pi):.3g} turns off")
    check(said in err, f"{what}: before the run it does not say '{said}' but\n{err}")


def errors_are_predicted(folder, program, _):
    """how far Euler's positions will be from the true ones is told, also where frames end with a shorter step"""
    (folder / "three.csv").write_text(THREE)
    for particles in (("--input", "three.csv"), ("--random", 500, "--seed", 5)):
        for dt, frames, timestep in ((0.1, 1, 1e-2), (0.1, 1, 1e-3), (0.1, 1, 1e-4), (0.1, 3, 1), (0.1, 1, 0.07),
                                     (0.1, 1, 0.03), (0.1, 7, 0.03), (0.001, 100, 0.05), (0.01, 20, 0.0033)):
            # The one shortens the last step of each frame, the other that of the last.
            for kernel in ("naive", "spiral"):
                compare_prediction(program.run, (*particles, "--dt", dt, "--frames", frames),
                                   ("--timestep", timestep, "--kernel", kernel))


def tolerance_finds_the_timestep(folder, program, _):
    """--tolerance takes the longest timestep that divides a frame and keeps the error below"""
    (folder / "three.csv").write_text(THREE)
    run = program.run
    for tolerance in (1e-3, 1e-5, 1e-7):
        options = ("--input", "three.csv", "--dt", 0.1, "--frames", 3)
        err = run(*options, "--tolerance", tolerance, "--output", "a.npy")[1]
        timestep = float(err.split("timestep ")[1].split(":")[0])
        steps = round(0.1 / timestep)
        check(abs(steps * timestep / 0.1 - 1) < 1e-15, f"a frame is {0.1 / timestep} steps")
        run(*options, "--method", "exact", "--output", "b.npy")
        error = numpy.linalg.norm(numpy.load(folder / "a.npy") - numpy.load(folder / "b.npy"), axis=2).max()
        check(0.5 * tolerance < error < tolerance, f"{tolerance}: the error is {error}")
        run(*options, "--timestep", repr(0.1 / (steps - 1)), "--output", "a.npy")
        error = numpy.linalg.norm(numpy.load(folder / "a.npy") - numpy.load(folder / "b.npy"), axis=2).max()
        check(error >= tolerance, f"{tolerance}: one step less would do as well")
    # dt over the longest timestep comes out just above 1 here, which is one step all the same.
    (folder / "one.csv").write_text("x,y,ang_vel\n0.3,0.5,1\n")
    for dt, frames in ((0.166, 13), (0.199, 3), (0.415, 5)):
        options = ("--input", "one.csv", "--dt", dt, "--frames", frames)
        out = run(*options, "--timestep", dt, "--predict")[0]
        error = float(out.decode().split(",")[-1])
        err = run(*options, "--tolerance", 1.001 * error, "--predict")[1]
        check(f"timestep {dt}: " in err, f"a frame of {dt} could be one step: {err}")


def lost_particles_are_told(folder, program, _):
    """before the run it says when a particle will be turns away from where it should be"""
    write_csv(folder / "a.csv", [[1e-3, 0, 1], [1, 0, 1]])
    err = program.run("--input", "a.csv", "--dt", 1, "--timestep", 1e-3)[1]
    check("particle 0 is" in err and "turns off" in err, f"it says {err}")
    # A particle that overflows is worse than any that does not, whichever comes first.
    for particles in ([[1, 0, 1], [1e160, 0, 1e160]], [[1e160, 0, 1], [1, 0, 1]]):
        write_csv(folder / "a.csv", particles)
        err = program.run("--input", "a.csv")[1]
        check(f"no number for particle {0 if particles[0][0] > 1 else 1}," in err, f"it says {err}")


def time_left(line):
    """Frames that are done, all frames, and seconds that are left, of a line of progress. None where it has none."""
    found = re.search(r"\] (\d+) of (\d+), (\d+) s left", line)
    return found and tuple(map(int, found.groups()))


def time_left_is_told(_, program, __):
    """in a terminal the progress has the time that the rest takes, from what was taken so far"""
    lines, frames = [], 1000
    while not lines or lines[-1][1] < 0.3 * frames:  # until it takes long enough
        lines, frames = [], 4 * frames
        master, terminal = os.openpty()
        begin = time.monotonic()
        with subprocess.Popen([program.path, "--random", "1000", "--kernel", "naive", "--dt", "1e-3", "--frames",
                               str(frames), "--output", "a.npy"], cwd=program.folder, stderr=terminal) as child:
            os.close(terminal)
            while True:
                try:
                    text = os.read(master, 4096)
                except OSError:  # nobody has the terminal open any more
                    break
                elapsed = time.monotonic() - begin
                lines += [(elapsed, *told) for told in map(time_left, text.decode().split("\r")) if told]
        os.close(master)
        check(child.returncode == 0, "the run fails")
    for elapsed, done, total, left in lines:
        check(total == frames and 0 < done < total, f"{done} of {total} frames, and it has {frames}")
        # The program began later, and had told it when it was read.
        check(left <= elapsed * (total - done) / done + 0.5, f"{done} of {total} after {elapsed} s, and {left} s left")


def threads_are_heeded(_, program, __):
    """--threads reaches the library, which says so where it asks for more than there are"""
    err = program.run("--random", 3, "--threads", 4096, "--output", "a.npy")[1]
    check("--threads asks for 4096 threads" in err, f"it says {err}")
    err = program.run("--random", 3, "--threads", 1, "--output", "a.npy")[1]
    check("--threads" not in err, f"it says {err}")


def close_pairs(folder, program, _):
    """--close prints all pairs that are close at the end, and only those"""
    run = program.run
    for extra in ((), ("--output", "a.npy"), ("--kernel", "naive", "--timestep", "0.01", "--output", "a.npy")):
        out = run("--random", 2000, "--frames", 3, "--close", 1e-3, *extra)[0].decode()
        rows = [line.split(",") for line in out.splitlines()]
        check(rows[0] == ["first", "second", "dx", "dy"], f"the header is {rows[0]}")
        if extra:
            x, y = numpy.load(folder / "a.npy")[-1].T
        else:
            run("--random", 2000, "--frames", 3, "--output", "a.npy")
            x, y = numpy.load(folder / "a.npy")[-1].T
        near = (abs(x[:, None] - x) < 1e-3) & (abs(y[:, None] - y) < 1e-3)
        expected = [(i, j) for i, j in numpy.argwhere(near) if i < j]
        check(expected and [(int(row[0]), int(row[1])) for row in rows[1:]] == expected, f"{rows} and not {expected}")
        for (i, j), row in zip(expected, rows[1:]):
            check(float(row[2]) == x[j] - x[i] and float(row[3]) == y[j] - y[i], f"{row}: wrong distance")


# What goes in


def inputs_are_the_same_however_written(folder, program, _):
    """CSV and .npy in all their forms give the same particles, bit for bit"""
    start = some_particles(40)
    x, y, ang_vel = start.T
    write_csv(folder / "plain.csv", start)
    write_csv(folder / "order.csv", start[:, [2, 0, 1]], "ang_vel,x,y")
    plain = (folder / "plain.csv").read_text()
    (folder / "windows.csv").write_bytes(b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode())
    (folder / "blanks.csv").write_text("\n" + plain.replace(",", " ,\t").replace("\n", " \n\n").rstrip())
    (folder / "quoted.csv").write_text("\n".join(
        ",".join(f'"{field}"' for field in line.split(",")) for line in plain.splitlines()))
    numpy.save(folder / "rows.npy", start)
    numpy.save(folder / "columns.npy", numpy.asfortranarray(start))
    numpy.save(folder / "big.npy", start.astype(">f8"))
    for version in ((2, 0), (3, 0)):
        with open(folder / f"version{version[0]}.npy", "wb") as file:
            numpy.lib.format.write_array(file, start, version)
    (folder / "npy-without-suffix").write_bytes((folder / "rows.npy").read_bytes())
    names = [path.name for path in folder.iterdir()]
    run = program.run
    run("--input", "rows.npy", "--output", "expected.npy", "--frames", 2)
    expected = numpy.load(folder / "expected.npy")
    same_bits(expected[0], start[:, :2], "the start")
    for name in names:
        run("--input", name, "--output", "a.npy", "--frames", 2)
        same_bits(numpy.load(folder / "a.npy"), expected, name)
    for name in ("plain.csv", "rows.npy"):
        run("--input", "-", "--output", "a.npy", "--frames", 2, stdin=(folder / name).read_bytes())
        same_bits(numpy.load(folder / "a.npy"), expected, f"{name} from standard input")
    omega = numpy.stack([ang_vel, y, x], axis=-1)
    write_csv(folder / "omega.csv", omega, "omega,y,x")
    numpy.save(folder / "speed.npy", numpy.stack([x, y, ang_vel * numpy.hypot(x, y)], axis=-1))
    run("--input", "omega.csv", "--output", "a.npy", "--frames", 2)
    run("--input", "speed.npy", "--output", "b.npy", "--frames", 2)
    same_bits(numpy.load(folder / "a.npy"), numpy.load(folder / "b.npy"), "omega")
    # r is a number where its square is none.
    run("--input", "-", "--output", "a.npy", stdin=b"x,y,omega\n1e160,1e160,1e-160\n")


def bad_csv_is_refused_with_its_place(folder, program, _):
    """whatever is wrong with a CSV file is told with file, line and column"""
    head = "x,y,ang_vel\n"
    long_field = "1" * 600
    for text, place, said in (
            ("", "1:1", "the file is empty"),
            ("\n\n \n", "1:1", "the file is empty"),
            (head, "2:1", "there is no particle below the header"),
            ("1,2,3\n", "1:1", "'1' is a number, and the first line must name the columns"),
            ("x,y\n1,2\n", "1:1", "there is no column ang_vel, nor omega"),
            ("x,ang_vel\n1,2\n", "1:1", "there is no column y"),
            ("y,omega\n1,2\n", "1:1", "there is no column x"),
            ("x,y,omega,ang_vel\n1,2,3,4\n", "1:1", "both ang_vel and omega"),
            ("x,y,x,ang_vel\n1,2,3,4\n", "1:5", "'x' names a column twice"),
            ("x,y,mass,ang_vel\n1,2,3,4\n", "1:5", "'mass' is no column that is known"),
            ("x;y;ang_vel\n1;2;3\n", "1:1", "'x;y;ang_vel' is one field: separate columns with commas"),
            ("x\ty\tang_vel\n1\t2\t3\n", "1:1", "'x?y?ang_vel' is one field: separate columns with commas"),
            (head + "1,2,3\n1,2\n", "3:3", "only 2 fields, and the header names 3"),
            (head + "1,2,3,4\n", "2:7", "more than 3 fields"),
            (head + "1,,3\n", "2:3", "a number is missing"),
            (head + "1, ,3\n", "2:4", "a number is missing"),
            (head + ",2,3\n", "2:1", "a number is missing"),
            (head + "1,2,\n", "2:5", "a number is missing"),
            (head + "1,2,three\n", "2:5", "'three' is no number"),
            (head + "1,  2x,3\n", "2:5", "'2x' is no number"),
            (head + '1,"2 2",3\n', "2:3", "'2 2' is no number"),
            (head + "1,2,3\n\n\n4,5,é\n", "5:5", "'??' is no number"),
            (head + "1,nan,3\n", "2:3", "'nan' is no finite number"),
            (head + "1,2,-inf\n", "2:5", "'-inf' is no finite number"),
            (head + "1e999,2,3\n", "2:1", "'1e999' is no finite number"),
            (head + f"1,{long_field},3\n", "2:3", "more than 511 characters in one field"),
            (head + '1,"2,3\n', "2:3", "the quotation mark is not closed"),
            (head + '1,"2"2,3\n', "2:6", "a quoted field must end with its second mark"),
            (head + "1,2\0,3\n", "2:4", "a control character"),
            (head + "1,2,3\r4,5,6\r", "2:6", "a control character"),
            ("x,y,omega\n1e200,1e200,1e200\n", "2:13", "omega * r is too large"),
            ("omega,x,y\n1e9, 1e300,0\n", "2:1", "omega * r is too large")):
        (folder / "bad.csv").write_bytes(text.encode())
        program.refuse(f"bad.csv:{place}: {said}", "--input", "bad.csv")
        program.refuse(f"standard input:{place}: {said}", "--input", "-", stdin=text.encode())


def npy(header, data=b"", version=b"\1\0", length=None):
    header = header.encode("latin1")
    size = len(header) if length is None else length
    return b"\x93NUMPY" + version + struct.pack("<H" if version[0] == 1 else "<I", size) + header + data


def bad_npy_is_refused_with_its_place(folder, program, _):
    """whatever is wrong with a .npy file is told with the byte of the header or the element"""
    entries = {"descr": "'<f8'", "fortran_order": "False", "shape": "(2, 3)"}

    def header(**changes):
        return "{" + ", ".join(f"'{key}': {value}" for key, value in {**entries, **changes}.items()) + "}\n"

    def data(*numbers):
        return numpy.array(numbers, dtype=float).tobytes()

    six = data(1, 2, 3, 4, 5, 6)
    for content, said in (
            (b"", "this is no .npy file"),
            (b"x,y,ang_vel\n1,2,3\n", "this is no .npy file"),
            (b"\x93NUMPZ\1\0", "this is no .npy file"),
            (npy(header(), six)[:9], "the file ends within its header"),
            (npy(header(), six)[:40], "the file ends within its header"),
            (npy(header(), six, version=b"\4\0"), "version 4.0 of .npy is not known"),
            (npy(header(), six, version=b"\2\0", length=10**9), "a header of 1000000000 bytes"),
            (npy("", six), "byte 10: the header must begin with {"),
            (npy("{'descr'", six), "byte 18: a colon must stand here"),
            (npy("{descr: 1}", six), "byte 11: a key in quotation marks must stand here"),
            (npy(header(sha="1"), six), "the keys must be descr, fortran_order and shape"),
            (npy("{'shape': (2, 3), 'shape': (2, 3)}", six), "byte 28: the keys must be descr"),
            (npy("{'shape': (2, 3)}", six), "byte 27: the keys must be descr"),
            (npy("{'shape': (2, 3) 'descr': '<f8'}", six), "byte 27: a comma or } must stand here"),
            (npy(header() + "x", six), "nothing may follow the } of the header"),
            (npy(header() + "\0x", six), "nothing may follow the } of the header"),
            (npy(header(descr="'<f4'"), six), "byte 20: the array must be of float64"),
            (npy(header(descr="[('x', '<f8')]"), six), "byte 20: the array must be of float64"),
            (npy(header(fortran_order="0"), six), "fortran_order must be True or False"),
            (npy(header(shape="(3, 2)"), six), "the shape must be (n, 3)"),
            (npy(header(shape="(6,)"), six), "the shape must be (n, 3)"),
            (npy(header(shape="(-2, 3)"), six), "the shape must be (n, 3)"),
            (npy(header(shape="(2, 3, 1)"), six), "the shape must be (n, 3)"),
            (npy(header(shape="(99999999999999999999, 3)"), six), "the shape must be (n, 3)"),
            (npy(header(shape="(0, 3)")), "the array has no particle"),
            (npy(header(), six[:-1]), "the file ends before [1, 2] of an array of shape (2, 3)"),
            (npy(header(fortran_order="True"), six[:9]), "the file ends before [1, 0]"),
            (npy(header(shape="(1000000000000, 3)"), six), "the file ends before [2, 0]"),
            (npy(header(), six + b"\n"), "there are bytes after the array of shape (2, 3)"),
            (npy(header(), data(1, 2, 3, 4, numpy.nan, 6)), "[1, 1] is nan, which is no finite number"),
            (npy(header(fortran_order="True"), data(1, 2, 3, numpy.inf, 5, 6)), "[1, 1] is inf")):
        (folder / "bad.npy").write_bytes(content)
        program.refuse("bad.npy: ", "--input", "bad.npy")
        program.refuse(said, "--input", "bad.npy")
    (folder / "capitals.NPY").write_text(THREE)
    program.refuse("capitals.NPY: this is no .npy file", "--input", "capitals.NPY")
    numpy.save(folder / "ints.npy", numpy.arange(6).reshape(2, 3))
    program.refuse("array.astype(float) makes it so", "--input", "ints.npy")


def bad_usage_is_refused(folder, program, _):
    """the command line is checked, and the sentence says what would be right"""
    (folder / "three.csv").write_text(THREE)
    refuse = program.refuse
    three = ("--input", "three.csv")
    refuse("give the particles: --random N or --input FILE")
    refuse("leave one out", *three, "--random", 3)
    refuse("--seed is for --random", *three, "--seed", 3)
    refuse("can't read nosuch.csv: No such file", "--input", "nosuch.csv")
    refuse("can't read .: Is a directory", "--input", ".")
    for option, values, said in (("--random", ("0", "-1", "x", "1.5", "", "1e30"), "give a whole number from 1"),
                                 ("--seed", ("-1", "x", "1e30"), "give a whole number from 0")):
        for value in values:
            refuse(said, *(() if option == "--random" else ("--random", 3)), option, value)
    for option, values, said in (("--frames", ("-1", "x", "0.5", "1e16"), "give a whole number from 0"),
                                 ("--threads", ("0", "x", "4097"), "give a whole number from 1 to 4096"),
                                 ("--dt", ("-1", "x", "nan", "inf", ""), "give a finite number not below 0"),
                                 ("--timestep", ("0", "-1", "nan"), "give a finite number above 0"),
                                 ("--tolerance", ("0", "-1", "nan"), "give a finite number above 0"),
                                 ("--close", ("0", "-1", "nan"), "give a finite number above 0"),
                                 ("--method", ("euler2", ""), "give euler or exact"),
                                 ("--output", ("",), "give the name of a file"),
                                 ("--kernel", ("nosuch",), "no kernel is called so"),
                                 ("--kernel", ("analytic",), "it gives the true motion")):
        for value in values:
            refuse(said, *three, option, value)
    refuse("leave --timestep out", *three, "--tolerance", 1, "--timestep", 1)
    for option in ("--tolerance", "--timestep"):
        refuse(f"leave {option} out", *three, "--method", "exact", option, 1)
    refuse("leave --predict out", *three, "--method", "exact", "--predict")
    refuse("leave --output out", *three, "--predict", "--output", "a.npy")
    refuse("both write to standard output", *three, "--close", 1, "--output", "-")
    refuse("give its name with --output", *three, "--resume")
    refuse("is no file that a run could go on with", *three, "--resume", "--output", "/dev/null")
    refuse("can't write .: Is a directory", *three, "--output", ".")
    refuse("can't write nosuch/a.npy.partial: No such file", *three, "--output", "nosuch/a.npy")
    refuse("more than 2^53 steps", *three, "--dt", 1e300)
    refuse("are no finite time", *three, "--dt", 1e308, "--frames", 100)
    refuse("--dt times --frames is 0", *three, "--frames", 0, "--tolerance", 1)
    refuse("more than 2^53 steps", *three, "--tolerance", 1e-300)
    refuse("no such option", *three, "--nosuch")
    refuse("needs a value", *three, "--dt")
    refuse("every argument is an option", *three, "stray")
    run = program.run
    check(run("--help")[0].startswith(b"Usage: whirl-sim"), "--help says no usage")
    check(run("--version")[0].startswith(b"whirl-sim (whirl) "), "--version says no version")
    out, err = run(*three, "--quiet")
    check(err == "" and out, "--quiet talks")
    with open("/dev/full", "wb") as full:
        for arguments in (three, (*three, "--close", "1"), (*three, "--predict"), ("--help",)):
            done = subprocess.run([program.path, *arguments], cwd=folder, stdout=full, stderr=subprocess.PIPE,
                                  check=False)
            check(done.returncode == 1, f"{arguments}: a full disk is not noticed")
    check(os.listdir(folder) == ["three.csv"], f"something is left behind: {os.listdir(folder)}")


CASES = (reference_case, formats_agree_with_the_library, stepping_kernels_go_from_frame_to_frame, exact_is_a_circle,
         random_particles_are_the_librarys, h5md_layout, memory_does_not_grow_with_frames, errors_are_predicted,
         tolerance_finds_the_timestep, lost_particles_are_told, time_left_is_told, threads_are_heeded, close_pairs,
         inputs_are_the_same_however_written, bad_csv_is_refused_with_its_place, bad_npy_is_refused_with_its_place,
         bad_usage_is_refused)


if __name__ == "__main__":
    run_cases(CASES, sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)

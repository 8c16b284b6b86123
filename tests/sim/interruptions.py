"""Runs of whirl-sim that are stopped, by signals at random moments and by disks that are full: a file with its own name
is whole, and a run that goes on gives the same bits as one that was not stopped.
Usage: interruptions.py WHIRL-SIM stops|disk [SEED]; the seed of the moments is printed. Exit status 77 where this user
may not mount the small file system that disk needs."""
import os
import random
import resource
import signal
import subprocess
import sys
import time

from support import check, leave_where_nothing_is_mounted, run_cases, small_disk

# About half a second each, so that there is something to interrupt; the textbook's kernel, and one in closed form.
RUNS = (("--random", "1500", "--dt", "1e-3", "--frames", "300", "--kernel", "naive"),
        ("--random", "20000", "--dt", "1e-3", "--frames", "150"))
SUFFIXES = ("npy", "csv", "h5")


def start(program, *arguments, **options):
    return subprocess.Popen([program.path, *arguments], cwd=program.folder, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **options)


def references(folder, program, options):
    """What runs that nobody stops write, and how long they take."""
    files, seconds = {}, {}
    for suffix in SUFFIXES:
        begin = time.monotonic()
        program.run(*options, "--output", f"whole.{suffix}")
        seconds[suffix] = time.monotonic() - begin
        files[suffix] = (folder / f"whole.{suffix}").read_bytes()
    return files, seconds


def stopped_at_random_moments(folder, program, moments):
    """SIGINT, SIGTERM or SIGKILL at any moment, again and again: what is there is whole or can be gone on with"""
    stops = rests = 0
    for options in RUNS:
        expected, seconds = references(folder, program, options)
        for suffix in SUFFIXES * 2:
            final, partial = folder / f"a.{suffix}", folder / f"a.{suffix}.partial"
            for attempt in range(50):
                begun_with = partial.stat().st_size if partial.exists() else 0
                child = start(program, *options, "--output", final.name, *(["--resume"] if attempt else []))
                number = moments.choice((signal.SIGINT, signal.SIGTERM, signal.SIGKILL))
                # Some of the stops come while the program starts, some while it ends.
                time.sleep(moments.uniform(0, 0.5) * seconds[suffix])
                before = partial.stat().st_size if partial.exists() else 0
                # Twice, as timeout does: the second must not end the program before the first is told.
                child.send_signal(number)
                child.send_signal(number)
                err = child.communicate()[1].decode()
                check(child.returncode in (0, -number), f"{suffix}: it ends with {child.returncode}\n{err}")
                if child.returncode == 0 or final.exists():
                    break
                stops += 1
                rests += partial.exists()
                # Less than a frame, which was not whole, may be cut.
                frame = len(expected[suffix]) // 100
                check(not partial.exists() or partial.stat().st_size >= before - frame, f"{suffix}: something is lost")
                if "stopped;" in err:
                    check(f"--resume goes on with what is in {final.name}.partial" in err, f"it says {err}")
                else:
                    check(number == signal.SIGKILL or before <= begun_with, f"{suffix}: it does not say what to do\n{err}")
            program.run(*options, "--output", final.name, "--resume")
            check(final.read_bytes() == expected[suffix], f"{suffix}: other bits than a run that is not stopped")
            check(not partial.exists(), f"{suffix}: {partial.name} is left behind")
            final.unlink()
    check(stops >= 20 and rests >= 10, f"only {stops} runs were stopped, {rests} with something there")
    print(f"        {stops} stops, {rests} of them with something to go on with")


def every_length_can_be_gone_on_with(folder, program, moments):
    """a file that was cut anywhere, as by a machine that loses its power, gives the whole one again"""
    for kernel in ("naive", "spiral"):
        options = ("--random", "7", "--dt", "1e-3", "--frames", "9", "--kernel", kernel, "--quiet")
        expected = references(folder, program, options)[0]
        for suffix, content in expected.items():
            lengths = {0, 1, len(content) - 1, len(content)} | {moments.randrange(len(content)) for _ in range(40)}
            for length in sorted(lengths):
                (folder / f"a.{suffix}.partial").write_bytes(content[:length])
                program.run(*options, "--output", f"a.{suffix}", "--resume")
                check((folder / f"a.{suffix}").read_bytes() == content, f"{suffix}: {length} bytes give another file")
                (folder / f"a.{suffix}").unlink()


def write_with_hole(path, content, begin, end):
    """Whether the file system keeps it as a hole."""
    with open(path, "wb") as file:
        file.write(content[:begin])
        file.seek(end)
        file.write(content[end:])
        file.truncate(len(content))
        file.flush()
        os.fsync(file.fileno())
        return os.lseek(file.fileno(), 0, os.SEEK_HOLE) < len(content)


def holes_are_computed_again(folder, program, moments):
    """a file that grew before its data were on the disk, when the machine lost its power, is gone on with where the
    first data are missing"""
    holes = 0
    for kernel in ("naive", "spiral"):
        options = ("--random", "70", "--dt", "1e-3", "--frames", "150", "--kernel", kernel, "--quiet")
        expected = references(folder, program, options)[0]
        for suffix, content in expected.items():
            blocks = len(content) // 4096
            for first in (0, 1, blocks - 1, *(moments.randrange(blocks) for _ in range(4))):
                end = 4096 * moments.randrange(first + 1, blocks + 1)
                holes += write_with_hole(folder / f"a.{suffix}.partial", content, 4096 * first, end)
                program.run(*options, "--output", f"a.{suffix}", "--resume")
                check((folder / f"a.{suffix}").read_bytes() == content,
                      f"{suffix}: a hole from {4096 * first} to {end} gives another file")
                (folder / f"a.{suffix}").unlink()
    print(f"        {holes} holes")


def traced(program, *arguments):
    """The calls that put files on the disk: seconds, and the call with the names of its files. None where strace can't
    trace."""
    calls = program.folder / "calls"
    command = ["strace", "-f", "-y", "-ttt", "-e", "trace=write,fsync,fdatasync,rename,renameat,renameat2", "-o", calls]
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    # LeakSanitizer can't look for leaks in a process that is traced.
    environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
    done = subprocess.run([*command, program.path, *arguments], cwd=program.folder, capture_output=True, check=False,
                          env=environment)
    check(done.returncode == 0, f"{arguments}: exit code {done.returncode}\n{done.stderr.decode()}")
    lines = [line.split(maxsplit=2)[1:] for line in calls.read_text(errors="replace").splitlines()]
    return [(float(time), call) for time, call in lines if str(program.folder) in call or "a.npy" in call]


def the_disk_has_it(_, program, __):
    """a file is on the disk before it gets its name, and about every second while it grows"""
    frames = 1000
    while True:
        calls = traced(program, "--random", "1000", "--kernel", "naive", "--dt", "1e-3", "--frames", str(frames),
                       "--output", "a.npy")
        if calls is None:
            print("        without strace")
            return
        names = [call.split("(")[0] for _, call in calls]
        writes = [time for (time, _), name in zip(calls, names) if name == "write"]
        check(names[:2] == ["fsync", "write"] and "a.npy" not in calls[0][1], f"it begins with {calls[:2]}")
        check(names[-3] == names[-1] == "fsync" and names[-2].startswith("rename") and "a.npy.partial" in calls[-3][1]
              and "a.npy" not in calls[-1][1], f"it ends with {calls[-3:]}")
        if writes[-1] - writes[0] > 2:
            break
        frames *= 3  # until it takes long enough
    check("fdatasync" in names, "the disk is waited for at the end only")


def resume_begins_where_nothing_is(folder, program, _):
    """--resume with nothing there runs from the start, and with a whole file has nothing to do"""
    options = ("--random", "7", "--frames", "9", "--output", "a.npy")
    program.run(*options, "--resume")
    before = (folder / "a.npy").stat()
    err = program.run(*options, "--resume")[1]
    check("a.npy holds frames 0 to 9: it is whole" in err, f"it says {err}")
    check((folder / "a.npy").stat().st_mtime_ns == before.st_mtime_ns, "the file is written again")
    out = program.run(*options, "--resume", "--close", 2)[0]
    check(len(out.splitlines()) == 1 + 7 * 6 / 2, "close pairs of a whole file are not those at its end")
    program.refuse("a.npy is of another run: its head differs", *options, "--frames", 10, "--resume")


def catches_interrupts(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        caught = next(line.split()[1] for line in file if line.startswith("SigCgt"))
    return int(caught, 16) >> signal.SIGINT - 1 & 1


def stopped_while_the_file_is_checked(folder, program, _):
    """Ctrl-C while --resume still compares the file says what to do, and the file stays"""
    options = ("--random", 3, "--kernel", "naive", "--output", "a.csv")
    program.run(*options, "--dt", 1e-5)
    (folder / "a.csv").rename(folder / "a.csv.partial")
    content = (folder / "a.csv.partial").read_bytes()
    # CSV does not hold dt: the frame that it is compared with takes minutes here.
    child = start(program, *map(str, options), "--dt", "1e6", "--resume")
    deadline = time.monotonic() + 20
    while not catches_interrupts(child.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    err = child.communicate()[1].decode()
    check(child.returncode == -signal.SIGINT, f"it ends with {child.returncode}")
    check("--resume goes on with what is in a.csv.partial" in err, f"it says {err}")
    check((folder / "a.csv.partial").read_bytes() == content, "the file is changed")


def another_runs_file_is_left_alone(folder, program, _):
    """--resume refuses what other options have begun, whichever differ, and leaves it as it is"""
    options = ["--random", "7", "--seed", "3", "--dt", "1e-3", "--timestep", "1e-5", "--frames", "9"]
    others = (("--seed", "4"), ("--dt", "2e-3"), ("--timestep", "2e-5"), ("--random", "6"), ("--kernel", "naive"))
    for suffix in SUFFIXES:
        program.run(*options, "--output", f"whole.{suffix}")
        content = (folder / f"whole.{suffix}").read_bytes()
        (folder / f"a.{suffix}.partial").write_bytes(content[:-40])
        (folder / f"b.{suffix}").write_bytes(content)
        for other in (*others, ("--frames", "5")):
            for name in ("a", "b"):
                program.refuse("is of another run: ", *options, *other, "--output", f"{name}.{suffix}", "--resume")
        # A file of fewer frames may go on if it is not whole, where its head does not have their number; one with its
        # own name may not.
        program.refuse("it has fewer frames" if suffix == "csv" else "its head differs", *options, "--frames", 12,
                       "--output", f"b.{suffix}", "--resume")
        check((folder / f"b.{suffix}").read_bytes() == content, f"{suffix}: it is changed")
        check((folder / f"a.{suffix}.partial").read_bytes() == content[:-40], f"{suffix}: it is changed")
        program.refuse("from a run that was stopped: go on with it by --resume, or remove it", *options, "--output",
                       f"a.{suffix}")
        check((folder / f"a.{suffix}.partial").read_bytes() == content[:-40], f"{suffix}: it is changed")
    # Kernels that step go on from a frame of the file: it has to be one, and the start has to be the same.
    for name, x in (("here", 0.5), ("there", 0.6)):
        (folder / f"{name}.csv").write_text(f"x,y,ang_vel\n{x},0,1\n")
    program.run("--input", "here.csv", "--frames", 5, "--kernel", "naive", "--output", "b.csv")
    (folder / "d.csv.partial").write_text("".join((folder / "b.csv").read_text().splitlines(True)[:-1]))
    program.refuse("its particles start elsewhere", "--input", "there.csv", "--frames", 5, "--kernel", "naive",
                   "--output", "d.csv", "--resume")
    program.run(*options, "--kernel", "naive", "--output", "stepped.csv")
    lines = (folder / "stepped.csv").read_text().splitlines()
    for line, replacement in ((-8, "8,6,0.25,0.25"), (-9, "8,5,,"), (-9, "8,5,0.1"), (-9, "x"), (-1, "9,6,1,1")):
        changed = lines[:line] + [replacement] + lines[line + 1 or len(lines):]
        (folder / "c.csv.partial").write_text("\n".join(changed) + "\n")
        program.refuse("frame 9 is not what comes out here", *options, "--kernel", "naive", "--output", "c.csv",
                       "--resume")


def two_runs_do_not_share_a_file(folder, program, _):
    """a file that is being written is not resumed by another run"""
    long = ("--random", "2000", "--frames", "1000000", "--kernel", "naive", "--output", "a.npy")
    child = start(program, *long)
    try:
        deadline = time.monotonic() + 20
        while not (folder / "a.npy.partial").exists() or (folder / "a.npy.partial").stat().st_size == 0:
            check(time.monotonic() < deadline, "it writes nothing")
            time.sleep(0.01)
        program.refuse("a.npy.partial is being written by another run", *long, "--resume")
    finally:
        child.kill()
        child.communicate()


def the_file_that_was_there_stays(folder, program, _):
    """until the new file is whole the old one is there, a link stays a link, and the mode is kept"""
    options = ("--random", "2000", "--frames", "1000", "--kernel", "naive")
    (folder / "real").mkdir()
    (folder / "real" / "a.npy").write_bytes(b"old")
    (folder / "real" / "a.npy").chmod(0o640)
    (folder / "a.npy").symlink_to("real/a.npy")
    child = start(program, *options, "--output", "a.npy")
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    child.communicate()
    check((folder / "a.npy").read_bytes() == b"old", "the old file is gone")
    program.run("--random", 3, "--output", "b.npy")
    (folder / "real" / "a.npy.partial").unlink(missing_ok=True)
    program.run("--random", 3, "--output", "a.npy")
    check((folder / "a.npy").is_symlink(), "the link is replaced")
    check((folder / "real" / "a.npy").read_bytes() == (folder / "b.npy").read_bytes(), "the link's file is not written")
    check((folder / "real" / "a.npy").stat().st_mode & 0o777 == 0o640, "the mode is not kept")
    # A link, and one to it, to a file that is not there yet.
    (folder / "real" / "c.npy").symlink_to("d.npy")
    (folder / "c.npy").symlink_to(folder / "real" / "c.npy")
    program.run("--random", 3, "--output", "c.npy")
    check((folder / "c.npy").is_symlink() and (folder / "real" / "c.npy").is_symlink(), "the link is replaced")
    check((folder / "real" / "d.npy").read_bytes() == (folder / "b.npy").read_bytes(), "the link's file is not made")


def fill_disk(program, expected, disk, more_room, what):
    """A run on a disk that is too small fails, and goes on when there is room."""
    options = DISK_OPTIONS
    for suffix in expected:
        final, partial = disk / f"a.{suffix}", disk / f"a.{suffix}.partial"
        out, err = program.run(*options, "--output", final, code=1, preexec_fn=more_room(False))
        check(f"can't write {partial}: {what}" in err and "--resume goes on with it" in err, f"it says {err}")
        check(not final.exists() and partial.stat().st_size > 4096, f"{suffix}: the file is not as far as it went")
        out, err = program.run(*options, "--output", final, "--resume", code=1, preexec_fn=more_room(False))
        program.run(*options, "--output", final, "--resume", preexec_fn=more_room(True))
        check(final.read_bytes() == expected[suffix], f"{suffix}: other bits than on a disk with room")
        final.unlink()
    check(out == b"", "it writes to standard output")


DISK_OPTIONS = ("--random", "50", "--dt", "1e-3", "--frames", "200")


def full_disk(folder, program, _):
    """a disk without room: what is written stays, and the run goes on when there is room"""
    expected = references(folder, program, DISK_OPTIONS)[0]
    with small_disk(folder / "disk", "64k") as disk:

        def more_room(there):
            size = "16m" if there else "64k"
            return lambda: subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)

        fill_disk(program, expected, disk, more_room, "No space left on device")


def limited_size(folder, program, _):
    """a file that may not grow is like a full disk"""
    expected = references(folder, program, DISK_OPTIONS)[0]

    def more_room(there):
        limit = resource.RLIM_INFINITY if there else 60000
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    # HDF5 wants to know before anything is computed.
    err = program.run(*DISK_OPTIONS, "--output", "b.h5", code=1, preexec_fn=more_room(False))[1]
    check("can't make a file of" in err and "File too large" in err, f"it says {err}")
    del expected["h5"]
    # A file without frame 0 is nothing to go on with.
    for limit in (0, 100):
        for suffix in SUFFIXES:
            err = program.run(*DISK_OPTIONS, "--output", f"b.{suffix}", code=1, preexec_fn=lambda limit=limit:
                              resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)))[1]
            check("--resume" not in err, f"it says {err}")
    check(not list(folder.glob("b.*")), f"{list(folder.glob('b.*'))} are left behind")
    fill_disk(program, expected, folder, more_room, "File too large")


CASES = {"stops": (stopped_at_random_moments, every_length_can_be_gone_on_with, holes_are_computed_again,
                   the_disk_has_it, resume_begins_where_nothing_is,
                   stopped_while_the_file_is_checked, another_runs_file_is_left_alone, two_runs_do_not_share_a_file,
                   the_file_that_was_there_stays, limited_size),
         "disk": (full_disk,)}


if __name__ == "__main__":
    if sys.argv[2] == "disk":
        leave_where_nothing_is_mounted()
    SEED = sys.argv[3] if len(sys.argv) > 3 else str(random.SystemRandom().randrange(2**32))
    print(f"seed {SEED}")
    run_cases(CASES[sys.argv[2]], sys.argv[1], random.Random(SEED))

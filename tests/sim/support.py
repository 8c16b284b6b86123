"""What the tests of whirl-sim and of the pictures share: running the program, and cases that count their failures."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

# What the environment asks for would be computed instead.
for variable in ("WHIRL_KERNEL", "WHIRL_NUM_THREADS", "WHIRL_ISA_MAX"):
    os.environ.pop(variable, None)
os.environ["WHIRL_TUNING"] = "none"  # nor is a file of the user's to be warned of

# Who runs the suite in the background may have it ignore Ctrl-C, which programs inherit, and whirl-sim heeds.
signal.signal(signal.SIGINT, signal.default_int_handler)

THREE = "x,y,ang_vel\n0.3,0.5,1\n0,-0.5,-1\n-0.1,-0.4,3\n"


class Failure(Exception):
    """Something is not as it should be; the text says what."""


def check(holds, what):
    if not holds:
        raise Failure(what)


class Program:
    """A program under test, run in a folder of its own."""

    def __init__(self, path, folder):
        self.path = path
        self.folder = pathlib.Path(folder)

    def run(self, *arguments, code=0, stdin=None, **options):
        """Runs it, and gives what it prints. bytes as stdin are handed to it."""
        arguments = [str(argument) for argument in arguments]
        done = subprocess.run([self.path, *arguments], cwd=self.folder, input=stdin, capture_output=True,
                              check=False, **options)
        err = done.stderr.decode(errors="replace")
        check(done.returncode == code,
              f"{' '.join(arguments)}: exit code {done.returncode} instead of {code}\n{err}")
        return done.stdout, err

    def refuse(self, said, *arguments, stdin=None):
        """Runs it where it must refuse: exit code 2, nothing on standard output, and one sentence that says why."""
        out, err = self.run(*arguments, code=2, stdin=stdin)
        lines = [line for line in err.splitlines() if line.startswith(os.path.basename(self.path) + ": ")]
        check(out == b"", f"{arguments}: writes to standard output")
        check(len(lines) == 1, f"{arguments}: does not say one sentence\n{err}")
        check(said in lines[0], f"{arguments}: does not say '{said}' but\n{lines[0]}")


def mount(disk, size):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", disk], capture_output=True, check=False)


@contextlib.contextmanager
def small_disk(disk, size):
    """A disk that is full soon."""
    disk.mkdir()
    check(mount(disk, size).returncode == 0, "the small file system can't be mounted again")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=False)


def leave_where_nothing_is_mounted():
    with tempfile.TemporaryDirectory() as disk:
        mounted = mount(disk, "64k")
        if mounted.returncode != 0:
            print(f"SKIPPED: this user may not mount a file system: {mounted.stderr.decode().strip()}")
            sys.exit(77)
        subprocess.run(["umount", disk], check=True)


def run_cases(cases, path, *arguments):
    """Calls each case with a new empty folder, the program at the path, which runs there, and the arguments. Ends the
    process; fails where a case does."""
    failures = 0
    path = os.path.abspath(path)
    for case in cases:
        folder = tempfile.mkdtemp(prefix="whirl-")
        try:
            case(pathlib.Path(folder), Program(path, folder), *arguments)
            print(f"ok      {case.__name__}")
        except Failure as failure:
            failures += 1
            print(f"FAILED  {case.__name__}: {case.__doc__ or ''}\n  {failure}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        sys.stdout.flush()
    sys.exit(failures > 0)

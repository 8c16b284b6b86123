"""Standard output, where what can't be written is known at once."""

import sys

from plotting.problems import Problem


def check():
    if not sys.stdout:
        raise Problem("can't write to standard output: it is closed")


def write(data):
    check()
    try:
        with open(sys.stdout.fileno(), "wb", closefd=False) as file:
            file.write(data)
    except OSError as error:
        raise Problem(f"can't write to standard output: {error.strerror}") from None

"""Files that are kept: whole, or not there."""

import contextlib
import os
import pathlib
import tempfile

from plotting.problems import Problem

TAIL = 4096  # bytes, within which a complete file's end is looked for


def _on_disk(path, end):
    """Whether the file is complete, once all of it is on the disk."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        file.seek(max(0, path.stat().st_size - TAIL))
        return end.encode() in file.read()


@contextlib.contextmanager
def whole(path, end=""):
    """The name to write to; the file gets its own when it is complete. `end`: what stands at the end of a complete one, for
    not every program that can't write says so."""
    place = path.resolve()  # a link stays one
    try:
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".whirl.") as folder:
            temporary = pathlib.Path(folder, path.name)
            yield temporary
            if not _on_disk(temporary, end):
                raise Problem(f"can't write {path}: its end is missing, as when a disk is full")
            os.replace(temporary, place)
    except OSError as error:
        raise Problem(f"can't write {path}: {error.strerror}") from None


def write(path, data):
    """A file of bytes or of text."""
    with whole(path) as temporary:
        temporary.write_bytes(data if isinstance(data, bytes) else data.encode())

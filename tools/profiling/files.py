"""Files that are kept: whole, or not there."""

import contextlib
import os

from plotting.problems import Problem


TAIL = 4096  # bytes, within which a complete file's end is looked for


def _ends(path, end):
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return end.encode() in file.read()


@contextlib.contextmanager
def whole(path, end=""):
    """The name to write to; the file gets its own when it is complete. `end`: what stands at the end of a complete one, for
    not every program that can't write says so."""
    temporary = path.with_name("." + path.name)
    try:
        yield temporary
        if not _ends(temporary, end):
            raise Problem(f"can't write {path}: its end is missing, as when a disk is full")
        os.replace(temporary, path)
    except OSError as error:
        raise Problem(f"can't write {path}: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write(path, text):
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8")

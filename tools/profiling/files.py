"""Files that are kept: whole, or not there."""

import contextlib
import os

from plotting.problems import Problem


@contextlib.contextmanager
def whole(path):
    """The name to write to; the file gets its own when it is complete."""
    temporary = path.with_name("." + path.name)
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise Problem(f"can't write {path}: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)


def write(path, text):
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8")

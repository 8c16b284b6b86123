"""From instructions to source lines: what was inlined is attributed to the kernel's own line."""

import collections
import pathlib
import re

from profiling import programs

Place = collections.namedtuple("Place", "function file line")


def symbols(path):
    """The addresses of functions in an object or a program. Static ones of several files may have one name, which tells
    no address: such names are left out."""
    listing = programs.run(["nm", "--defined-only", path])[0]
    addresses = collections.defaultdict(set)
    for address, kind, name in re.findall(r"^([0-9a-f]+) (\w) (.+)$", listing, re.MULTILINE):
        if kind in "tTwW":
            addresses[name].add(int(address, 16))
    return {name: each.pop() for name, each in addresses.items() if len(each) == 1}


def places(path, addresses, section=None):
    """For each address the places that it comes from: that of the instruction, then those that it was inlined at."""
    wanted = sorted(set(addresses))
    if not wanted:
        return {}
    where = [f"--section={section}"] if section else []
    text = programs.run(["addr2line", "--exe", path, "--functions", "--inlines", "--addresses", *where],
                        "\n".join(map(hex, wanted)) + "\n")[0]
    found, chain, function = {}, None, None
    for line in text.splitlines():
        if re.match(r"0x[0-9a-f]+$", line):
            chain = found.setdefault(int(line, 16), [])
        elif function is None:
            function = line
        else:
            file, _, number = line.partition(" (")[0].rpartition(":")
            chain.append(Place(function, file, int(number) if number.isdigit() else 0))
            function = None
    return found


def own_line(chain, file):
    """The line of that file which an instruction belongs to: the innermost, or None where none of it is there."""
    return next((place.line for place in chain if place.file == file and place.line > 0), None)


def file_of(path, symbol, section=None):
    """The source file that a function stands in, which is where the outermost of its places is."""
    address = symbols(path)[symbol]
    return places(path, [address], section)[address][-1].file


def text_of(file):
    """The lines of a source file, of which the first is number 1; none where it can't be read."""
    try:
        return ["", *pathlib.Path(file).read_text(encoding="utf-8").splitlines()]
    except OSError:
        return []

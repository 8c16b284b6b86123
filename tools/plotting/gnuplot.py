"""Scripts for gnuplot, and what it makes of them. Every text in a script is quoted here."""

import os
import shutil
import subprocess
import sys

from plotting import files
from plotting.problems import Problem

TERMINALS = {
    "svg": "set terminal svg size 1000,{} font 'sans-serif,12' background 'white' noenhanced",
    "png": "set terminal pngcairo size 1000,{} font 'sans,12' fontscale 0.8 background 'white' noenhanced",
    "gnuplot": None,
}


def quoted(text):
    return "'" + str(text).replace("'", "''").replace("\n", " ") + "'"


def number(value):
    return f"{value:.9g}"


def block(name, lines):
    """Data that a script holds itself."""
    return "\n".join([f"${name} << EOD", *(" ".join(map(str, line)) for line in lines), "EOD"])


def _picture(script):
    """What gnuplot draws. It writes to a pipe: of a file that it can't write it tells nothing."""
    program = shutil.which("gnuplot")
    if not program:
        raise Problem("gnuplot is not installed; tools/setup installs it, or apt-get install gnuplot-nox")
    # Numbers and texts are the same whatever the user's language.
    done = subprocess.run([program, "-"], input=script.encode(), capture_output=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    said = [line.strip() for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    if done.returncode != 0:
        raise Problem(f"gnuplot failed: {said[-1] if said else f'status {done.returncode}'}")
    if said:
        print(f"plot: gnuplot says: {said[-1]}", file=sys.stderr)
    return done.stdout


def write(script, height, path, form):
    """Draws the picture, or writes the script itself. The file is whole or not there."""
    if form == "gnuplot":
        output = path.with_suffix(".svg").name
        data = (f"# gnuplot {path.name} draws {output}\n{TERMINALS['svg'].format(height)}\nset output {quoted(output)}\n"
                f"{script}").encode()
    else:
        data = _picture(f"{TERMINALS[form].format(height)}\n{script}\n")
    files.write(path, data)

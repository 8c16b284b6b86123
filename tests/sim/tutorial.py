"""docs/tutorial.md, word for word: each command is run in order, what it prints is what stands below it, and the
pictures that it makes are those that are shown. On CPUs without AVX2 numbers may differ in their last digits.
Usage: tutorial.py TUTORIAL BUILD-FOLDER [--update]; --update writes the pictures anew."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import numpy
from PIL import Image, ImageSequence

import support  # for the environment that it makes

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def read_blocks(text):
    """Commands, with here-documents and all, and the lines that stand below each."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        lines = block.splitlines()
        while lines:
            command = [lines.pop(0)]
            assert command[0].startswith("$ "), f"a block begins with no command: {command[0]}"
            if "<<END" in command[0]:
                while command[-1] != "END":
                    command.append(lines.pop(0))
            shown = []
            while lines and not lines[0].startswith("$ "):
                shown.append(lines.pop(0))
            yield "\n".join(command)[2:], shown


def has_avx2():
    """Whether this CPU's kernels are those of AVX2 or AVX-512, which give the same bits."""
    return {"avx2", "fma"} <= set(pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split())


def same_text(shown, printed):
    """Whether two texts are the same, but for the last digits of numbers where the CPU may have others."""
    if shown == printed or has_avx2():
        return shown == printed
    if NUMBER.sub("#", shown) != NUMBER.sub("#", printed):
        return False
    pairs = zip(NUMBER.findall(shown), NUMBER.findall(printed))
    return all(a == b or abs(float(a) - float(b)) < 1e-9 * max(1e-4, abs(float(a))) for a, b in pairs)


def pixels(path):
    """All frames of a picture."""
    with Image.open(path) as image:
        return numpy.stack([numpy.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(image)])


def coloured(frames):
    """Where particles and their paths are: axes and text are grey."""
    return frames.max(axis=-1) - frames.min(axis=-1) > 60


def compare(a, b):
    """What is wrong with the frames of a picture, or None. Fonts and rounding may move edges a little."""
    if a.shape != b.shape:
        return f"the size or the frames differ: {a.shape} and {b.shape}"
    different = abs(a - b).sum(axis=-1) > 96
    if different.mean() >= 0.002:
        return f"{100 * different.mean():.2f} % of the pixels differ"
    drawn = coloured(a) | coloured(b)
    share = (different & drawn).sum(axis=(1, 2)) / numpy.maximum(drawn.sum(axis=(1, 2)), 1)
    worst = share.argmax()
    return None if share[worst] < 0.1 else f"in frame {worst}, {100 * share[worst]:.0f} % of what is drawn in colour differs"


def main():
    tutorial, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    root, update = tutorial.parent.parent, "--update" in sys.argv
    text, failures, commands = tutorial.read_text(), 0, 0
    # The python3 that the tutorial means, which has NumPy, is the one that runs this.
    with tempfile.TemporaryDirectory(prefix="whirl-") as name:
        folder = pathlib.Path(name)
        (folder / "tools").mkdir()
        (folder / "tools" / "visualize").symlink_to(root / "tools" / "visualize")
        (folder / "build").symlink_to(build)
        (folder / "bin").mkdir()
        (folder / "bin" / "python3").symlink_to(sys.executable)
        environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        for command, shown in read_blocks(text):
            if command == "tools/build":
                continue  # it has been run
            commands += 1
            done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            # A program's standard error comes before what it buffers for standard output, or after.
            printed = sorted(done.stdout.decode().splitlines())
            expected_code = 124 if command.startswith("timeout") else 2 if "is no number" in "".join(shown) else 0
            if done.returncode != expected_code:
                failures += 1
                print(f"FAILED  $ {command}\n  exit code {done.returncode}\n{done.stdout.decode()}")
            elif (shown or "characters" not in command) and (
                    len(shown) != len(printed) or not all(map(same_text, sorted(shown), printed))):
                failures += 1
                print(f"FAILED  $ {command}\n  prints\n{done.stdout.decode()}  and not\n" + "\n".join(shown))
        pictures = re.findall(r"\]\((pictures/[^)]+)\)", text)
        for picture in pictures:
            made, there = folder / "tour" / pathlib.Path(picture).name, tutorial.parent / picture
            if update:
                shutil.copyfile(made, there)
            if not made.exists():
                wrong = "no command makes it"
            else:
                frames = pixels(made)
                wrong = compare(frames, pixels(there))
                if len(frames) > 1 and not compare(frames, frames[::-1]):
                    wrong = "it would not be noticed if all went backwards"
            if wrong:
                failures += 1
                print(f"FAILED  {picture}: {wrong}")
    if commands < 15 or len(pictures) < 5:
        failures += 1
        print(f"FAILED  only {commands} commands and {len(pictures)} pictures were found")
    print(f"{commands} commands, {len(pictures)} pictures, {failures} failures")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())

"""tools/visualize without a display: each picture has its size and its frames, and what it shows is where it should be.
Usage: pictures.py VISUALIZE WHIRL-SIM files|mp4|disk; exit status 77 where what mp4 needs is not there, or where this user
may not mount the small file system that disk needs."""
import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import numpy
from PIL import Image, ImageSequence

from support import check, leave_where_nothing_is_mounted, run_cases, small_disk

STARTS = numpy.array([[0.3, 0.5], [0.0, -0.5], [-0.1, -0.4]])
SPEEDS = numpy.array([1.0, -1.0, 3.0])
RED, BLUE, GREEN = (0xC0, 0x30, 0x28), (0x20, 0x60, 0xC0), (0x20, 0x80, 0x30)
COLORS = (RED, BLUE, GREEN)

# The axes' square in parts of the picture, as visualize promises.
LEFT, RIGHT, BOTTOM, TOP = 0.1, 0.97, 0.1, 0.97


def true_positions(time_passed):
    z = (STARTS[:, 0] + 1j * STARTS[:, 1])
    z = z * numpy.exp(1j * SPEEDS * time_passed / abs(z))
    return numpy.stack([z.real, z.imag], axis=-1)


def euler_path(i, timestep, steps):
    x, y = STARTS[i]
    path = [(x, y)]
    for _ in range(steps):
        r = math.hypot(x, y)
        x, y = x - timestep * SPEEDS[i] * y / r, y + timestep * SPEEDS[i] * x / r
        path.append((x, y))
    return path


def pixel(position, size, limit=1.0):
    x, y = (coordinate / (2 * limit) + 0.5 for coordinate in position)
    return size[0] * (LEFT + (RIGHT - LEFT) * x), size[1] * (1 - BOTTOM - (TOP - BOTTOM) * y)


def colored(image, color, tolerance=60):
    """Where the picture has nearly this color: rows and columns."""
    pixels = numpy.asarray(image.convert("RGB")).astype(int)
    return numpy.argwhere(abs(pixels - color).sum(axis=2) < tolerance)


def check_points(image, positions, what, off=1.5):
    """Each particle is a disc of its color around its position."""
    for position, color in zip(positions, COLORS):
        found = colored(image, color)
        x, y = pixel(position, image.size)
        check(20 < len(found) < 400, f"{what}: {len(found)} pixels of {color}")
        middle_y, middle_x = found.mean(axis=0)
        check(math.hypot(middle_x + 0.5 - x, middle_y + 0.5 - y) < off,
              f"{what}: {color} is at {middle_x:.1f}, {middle_y:.1f} and not at {x:.1f}, {y:.1f}")


def near(found, position, size, limit=1.0):
    """How far the nearest of these pixels is from the position."""
    x, y = pixel(position, size, limit)
    return numpy.hypot(found[:, 1] + 0.5 - x, found[:, 0] + 0.5 - y).min()


def apart(positions):
    """Whether no disc covers another."""
    return min(math.dist(a, b) for k, a in enumerate(positions) for b in positions[:k]) > 0.1


def animation_gif(folder, program, _):
    """a GIF: 101 frames of 10 ms, the particles on their circles in each"""
    program.run("animation", "--output", "a.gif")
    with Image.open(folder / "a.gif") as image:
        check(image.size == (480, 480), f"the size is {image.size}")
        frames = [(frame.copy(), frame.info["duration"]) for frame in ImageSequence.Iterator(image)]
    check(len(frames) == 101, f"there are {len(frames)} frames")
    check({duration for _, duration in frames} == {10}, "a frame is not 10 ms")
    looked_at = 0
    for f, (frame, _) in enumerate(frames):
        positions = true_positions(0.01 * f)
        if apart(positions):
            check_points(frame, positions, f"frame {f}")
            looked_at += 1
    check(looked_at > 60, f"only {looked_at} frames have the particles apart")
    program.run("animation", "--output", "b.gif", "--frames", 3, "--dt", 0.1, "--size", "200x300", "--limit", 2)
    with Image.open(folder / "b.gif") as image:
        check(image.size == (200, 300) and image.n_frames == 4, f"{image.size}, {image.n_frames} frames")


def slow_animation(folder, program, _):
    """frames in which no pixel changes have their time too"""
    (folder / "slow.csv").write_text("x,y,ang_vel\n0.5,0,0.1\n")
    for options, frames in ((("--input", "slow.csv"), 101), (("--dt", 0, "--frames", 9), 10)):
        program.run("animation", "--output", "a.gif", *options)
        with Image.open(folder / "a.gif") as image:
            durations = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
        check(durations == [10] * frames, f"{options}: {len(durations)} frames last {set(durations)} ms")


def animation_of_many(folder, program, _):
    """random particles are spread over the axes, and move"""
    program.run("animation", "--random", 3000, "--output", "a.gif", "--frames", 2, "--dt", 0.5)
    with Image.open(folder / "a.gif") as image:
        frames = [colored(frame, BLUE) for frame in ImageSequence.Iterator(image)]
    check(len(frames) == 3, f"there are {len(frames)} frames")
    corner = pixel((-1, 1), (480, 480))
    for found in frames[:1]:
        check(len(found) > 8000, f"{len(found)} pixels of particles")
        middle_y, middle_x = found.mean(axis=0)
        check(abs(middle_x - pixel((0, 0), (480, 480))[0]) < 8 and abs(middle_y - pixel((0, 0), (480, 480))[1]) < 8,
              "they are not around the middle")
        check(found[:, 1].min() > corner[0] - 8, "they leave the axes")
    same = len({tuple(place) for place in frames[0]} & {tuple(place) for place in frames[1]})
    check(same < 0.8 * len(frames[0]), "they do not move")


def animation_mp4(folder, program, _):
    """an MP4: 101 frames, 100 a second, the particles on their circles"""
    program.run("animation", "--output", "a.mp4")
    probed = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-of", "json", "-show_entries",
                             "stream=nb_read_frames,r_frame_rate,width,height", "a.mp4"], cwd=folder,
                            stdout=subprocess.PIPE, check=True)
    stream = json.loads(probed.stdout)["streams"][0]
    check((stream["width"], stream["height"]) == (480, 480), f"the size is {stream}")
    check((stream["nb_read_frames"], stream["r_frame_rate"]) == ("101", "100/1"), f"the frames are {stream}")
    subprocess.run(["ffmpeg", "-loglevel", "error", "-i", "a.mp4", "%d.png"], cwd=folder, check=True)
    for f in [f for f in range(101) if apart(true_positions(0.01 * f))][::10]:
        with Image.open(folder / f"{f + 1}.png") as image:
            check_points(image, true_positions(0.01 * f), f"frame {f}", off=2)


def animation_in_characters(folder, program, _):
    """in characters: a drawing for each frame, with three particles at their places"""
    out = program.run("animation", "--characters", "--frames", 4, "--dt", 0.1,
                      env={**os.environ, "COLUMNS": "80", "LINES": "41"})[0].decode()
    pictures = out.split("\f")[1:]
    check(len(pictures) == 5, f"there are {len(pictures)} drawings")
    for f, picture in enumerate(pictures):
        lines = picture.strip("\n").split("\n")
        found = numpy.array([(row, column) for row, line in enumerate(lines) for column, c in enumerate(line)
                             if c == "G"])
        check(len(found) == 3, f"frame {f} has {len(found)} particles\n{picture}")
        for position in true_positions(0.1 * f):
            x, y = pixel(position, (80, 40))
            check((abs(found - (y, x)) < 2.5).all(axis=1).any(), f"frame {f} has no particle at {x}, {y}\n{picture}")


def decode_sixel(data):
    """The picture of one sixel sequence, as RGB."""
    body = re.fullmatch(rb"\x1bP[0-9;]*q(.*)\x1b\\", data, re.DOTALL)[1].decode()
    width, height = (int(number) for number in re.match(r'"\d+;\d+;(\d+);(\d+)', body).groups())
    pixels = numpy.zeros((height + 6, width + 1, 3), dtype=numpy.uint8)
    palette, color, x, y = {}, (0, 0, 0), 0, 0
    for token in re.finditer(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|([$-])", body[body.index("#"):]):
        number, *mixed, times, repeated, single, move = token.groups()
        if number is not None:
            if mixed[0] is not None:
                palette[number] = tuple(round(int(part) * 2.55) for part in mixed)
            color = palette[number]
        elif move:
            x, y = 0, y + (6 if move == "-" else 0)
        else:
            bits = ord(repeated or single) - 63
            length = int(times or 1)
            for k in range(6):
                if bits >> k & 1:
                    pixels[y + k, x:x + length] = color
            x += length
    return Image.fromarray(pixels[:height, :width])


def animation_in_sixel(folder, program, _):
    """in sixel graphics: a picture for each frame, with three particles at their places"""
    out = program.run("animation", "--sixel", "--frames", 3, "--dt", 0.1)[0]
    pictures = re.findall(rb"\x1bP.*?\x1b\\", out, re.DOTALL)
    check(len(pictures) == 4, f"there are {len(pictures)} pictures")
    for f, picture in enumerate(pictures):
        image = decode_sixel(picture)
        check(image.size == (480, 480), f"the size is {image.size}")
        check_points(image, true_positions(0.1 * f), f"frame {f}", off=2)


def trajectory(folder, program, _):
    """the paths, with their start, and arrows along the velocities"""
    program.run("trajectory", "--output", "a.png")
    with Image.open(folder / "a.png") as image:
        check(image.size == (600, 600), f"the size is {image.size}")
        for i, color in enumerate(COLORS):
            found = colored(image, color)
            for f in range(0, 101, 10):
                position = true_positions(0.005 * f)[i]
                check(near(found, position, image.size) < 2, f"{color} does not pass {position}")
            # The first arrow: from the start, at right angles to the radius.
            x, y = STARTS[i]
            r = math.hypot(x, y)
            for part in (0.3, 0.6, 0.9):
                length = part * 0.12 * SPEEDS[i] / r
                position = (x - y * length, y + x * length)
                check(near(found, position, image.size) < 2.5, f"{color}: no arrow at {position}")
            behind = (x + 0.12 * SPEEDS[i] * y / r, y - 0.12 * SPEEDS[i] * x / r)
            check(near(found, behind, image.size) > 5, f"{color}: there is something behind the start")


def steps(folder, program, _):
    """Euler's steps as arrows from one position to the next, and the true circle"""
    program.run("steps", "--output", "a.png")
    path = euler_path(2, 0.05, 12)
    with Image.open(folder / "a.png") as image:
        check(image.size == (600, 600), f"the size is {image.size}")
        found = colored(image, RED)
        for a, b in zip(path, path[1:]):
            for part in (0, 0.3, 0.5, 1):
                position = [p + part * (q - p) for p, q in zip(a, b)]
                check(near(found, position, image.size, 0.7) < 2, f"no step passes {position}")
        grey = colored(image, (0x80, 0x80, 0x80))
        r = math.hypot(*path[0])
        around = [near(grey, (r * math.cos(t), r * math.sin(t)), image.size, 0.7) < 10 for t in range(7)]
        check(all(around), "the true circle is not there")


def divergence(folder, program, _):
    """large steps leave the true circle, small ones stay on it"""
    program.run("divergence", "--output", "a.png")
    with Image.open(folder / "a.png") as image:
        check(image.size == (600, 600), f"the size is {image.size}")
        large, small, true = (colored(image, color) for color in (RED, BLUE, (0x20, 0x20, 0x20)))
        for position in euler_path(2, 0.05, 30)[1:]:
            check(near(large, position, image.size) < 2, f"large steps do not pass {position}")
        for position in euler_path(2, 0.001, 1500)[300::100]:
            check(near(small, position, image.size) < 4, f"small steps do not pass {position}")
        r = math.hypot(0.1, 0.4)
        check(all(near(true, (r * math.cos(t), r * math.sin(t)), image.size) < 10 for t in range(7)),
              "the true circle is not there")


def error(folder, program, _):
    """the error falls with the timestep along the predicted line"""
    program.run("error", "--output", "a.png")
    with Image.open(folder / "a.png") as image:
        check(image.size == (600, 600), f"the size is {image.size}")
        dots, line = colored(image, RED), colored(image, BLUE)
    true = true_positions(0.1)
    left = LEFT + 0.04
    for number in (1, 10, 1000, 30000):
        timestep = 0.1 / number
        largest = max(math.dist(euler_path(i, timestep, number)[-1], true[i]) for i in range(3))
        # The axes: from dt / 2e5 to 2 dt, and from 1e-6 to 1.
        x = 600 * (left + (RIGHT - left) * math.log10(timestep / 5e-7) / math.log10(4e5))
        y = 600 * (1 - BOTTOM - (TOP - BOTTOM) * (math.log10(largest) + 6) / 6)
        away = numpy.hypot(dots[:, 1] + 0.5 - x, dots[:, 0] + 0.5 - y).min()
        check(away < 2, f"timestep {timestep}: the nearest dot is {away:.1f} pixels away")
        away = numpy.hypot(line[:, 1] + 0.5 - x, line[:, 0] + 0.5 - y).min()
        check(away < 8, f"timestep {timestep}: the line is {away:.1f} pixels away")


def other_forms(folder, program, _):
    """SVG, a still picture in characters, particles from a file"""
    (folder / "two.csv").write_text("x,y,ang_vel\n0.9,0,1\n0,-0.9,2\n")
    program.run("trajectory", "--input", "two.csv", "--output", "a.svg")
    text = (folder / "a.svg").read_text()
    check(text.startswith("<?xml") and text.rstrip().endswith("</svg>") and "rgb(192,  48,  40)" in text, "it is no SVG")
    out = program.run("steps", "--particle", 1, "--input", "two.csv", "--characters", "--limit", 1.2)[0].decode()
    check(out.count("G") >= 10, "there are no steps")


def nothing_to_see(folder, program, _):
    """that a picture is empty is told, with axes that would show what there is"""
    (folder / "far.csv").write_text("x,y,ang_vel\n5,0,1\n3,-7,1\n")
    for picture, output in (("animation", "a.gif"), ("trajectory", "a.png"), ("steps", "a.png")):
        particles = ("--input", "far.csv", *(("--particle", 0) if picture == "steps" else ()))
        err = program.run(picture, *particles, "--output", output)[1]
        said = re.search(r"the picture is empty: .* --limit (\S+) shows it\n$", err)
        check(said, f"{picture}: it says {err}")
        err = program.run(picture, *particles, "--output", output, "--limit", said[1])[1]
        check(err == "", f"{picture} --limit {said[1]}: it says {err}")
    with Image.open(folder / "a.png") as image:
        check(len(colored(image, RED)) > 50, "the axes that it named do not show the particle")
    check(program.run("animation", "--random", 9, "--output", "a.gif")[1] == "", "it warns of what can be seen")


def no_place_to_write(_, program, __):
    """standard output that is full or closed is told in a sentence"""
    for arguments in ("animation --characters --frames 3", "steps --sixel", "steps --characters", "--help", "steps --help",
                      "--version"):
        for place, why in ((">/dev/full", "No space left on device"), (">&-", "it is closed")):
            done = subprocess.run(["bash", "-c", f'"$0" {arguments} {place}', program.path], stderr=subprocess.PIPE,
                                  check=False)
            check((done.returncode, done.stderr.decode()) == (1, f"visualize: can't write to standard output: {why}\n"),
                  f"{arguments} {place}: exit code {done.returncode}, and it says {done.stderr.decode()}")


def full_disk(folder, program, _):
    """a disk that is full, or soon will be, leaves the file that was there, and the sentence says why"""
    forms = [("animation", "a.gif"), ("steps", "a.png"), ("steps", "a.svg")]
    if shutil.which("ffmpeg"):
        forms.append(("animation", "a.mp4"))
    for k, room in enumerate((0, 4096, 8192)):
        with small_disk(folder / f"disk{k}", f"{8192 + room}") as disk:
            for picture, name in forms:
                (disk / name).write_bytes(b"old" + bytes(4093))
                many = ("--random", 300, "--frames", 60, "--dt", 0.1) if picture == "animation" else ()
                err = program.run(picture, *many, "--output", disk / name, code=1)[1]
                check(err == f"visualize: can't write {disk / name}: No space left on device\n", f"{room}: it says {err}")
                check((disk / name).read_bytes() == b"old" + bytes(4093), f"{name}: the old file is lost")
                check(os.listdir(disk) == [name], f"something is left behind: {os.listdir(disk)}")
                (disk / name).unlink()


def bad_usage(folder, program, _):
    """what is wrong is told in one sentence, and nothing is written"""
    refuse = program.refuse
    out = ("--output", "a.gif")
    refuse("give a picture: animation, trajectory, steps, divergence or error")
    refuse("invalid choice: 'nosuch'", "nosuch")
    refuse("give one of --output FILE, --window, --sixel and --characters", "animation")
    refuse("give one of", "animation", *out, "--sixel")
    refuse("unrecognized arguments: --nosuch", "animation", *out, "--nosuch")
    refuse("the name must end in .gif or .mp4", "animation", "--output", "a.png")
    refuse("the name must end in .png or .svg", "steps", "--output", "a")
    refuse("there is no such folder", "animation", "--output", "nosuch/a.gif")
    (folder / "b.gif").mkdir()
    refuse("this is a folder", "animation", "--output", "b.gif")
    refuse("leave one out", "animation", *out, "--random", 3, "--input", "x")
    refuse("--seed is for --random", "animation", *out, "--seed", 3)
    refuse("the particles are 0 to 2", "steps", "--output", "a.png", "--particle", 3)
    refuse("invalid whole number above 0 value: '0'", "steps", "--output", "a.png", "--steps", 0)
    refuse("invalid number above 0 value: 'nan'", "animation", *out, "--limit", "nan")
    refuse("even numbers", "animation", *out, "--size", "99x100")
    del os.environ["DISPLAY"], os.environ["WAYLAND_DISPLAY"]
    refuse("--window: there is no display here", "animation", "--window")
    # What whirl-sim refuses, it tells itself.
    for arguments, said in ((("--dt", "x"), "--dt x: give a finite number"), (("--input", "nosuch"), "can't read"),
                            (("--random", 0), "--random 0"), (("--method", "x"), "give euler or exact")):
        err = program.run("animation", *out, *arguments, code=2)[1]
        check(err.startswith("whirl-sim: ") and said in err and len(err.splitlines()) == 1, f"it says {err}")
    check(program.run("--help")[0].startswith(b"usage: visualize"), "--help says no usage")
    check(b"--timestep" in program.run("animation", "--help")[0], "the picture's --help does not tell its options")
    check(re.match(rb"visualize \(whirl\) \d", program.run("--version")[0]), "--version says no version")
    bare = folder / "bin"
    bare.mkdir()
    (bare / "env").symlink_to(shutil.which("env"))
    (bare / "python3").symlink_to(sys.executable)
    path = {**os.environ, "PATH": str(bare)}
    err = program.run("animation", *out, code=1, env=path)[1]
    check("it is in the package gnuplot-nox" in err, f"without gnuplot it says {err}")
    (bare / "gnuplot").symlink_to(shutil.which("gnuplot"))
    err = program.run("animation", "--output", "a.mp4", code=2, env=path)[1]
    check("it is in the package ffmpeg" in err, f"without ffmpeg it says {err}")
    check(sorted(os.listdir(folder)) == ["b.gif", "bin"], f"something is left behind: {os.listdir(folder)}")


def stop_when(begun, program, number, *arguments, **options):
    """Runs it until it has begun, sends it the signal twice, as timeout does, and checks that it ends without a word."""
    child = subprocess.Popen([program.path, *arguments], cwd=program.folder, stderr=subprocess.PIPE, **options)
    deadline = time.monotonic() + 60
    while not begun():
        check(time.monotonic() < deadline and child.poll() is None, "it does not begin")
        time.sleep(0.01)
    time.sleep(0.2)
    child.send_signal(number)
    child.send_signal(number)
    err = child.communicate()[1]
    check(child.returncode == 128 + number and err == b"", f"it ends with {child.returncode}, and says {err}")


def interrupted(folder, program, _):
    """Ctrl-C leaves the file that was there, and nothing else"""
    (folder / "a.gif").write_bytes(b"old")
    for number in (signal.SIGINT, signal.SIGTERM):
        stop_when(lambda: len(os.listdir(folder)) == 2, program, number, "animation", "--output", "a.gif", "--frames",
                  "100000")
        check(os.listdir(folder) == ["a.gif"] and (folder / "a.gif").read_bytes() == b"old", f"{os.listdir(folder)}")


def closed_by_a_signal(folder, program, _):
    """the window, which leaves gnuplot's process group, closes with the program"""
    (folder / "bin").mkdir()
    gnuplot, window = folder / "bin" / "gnuplot", folder / "window"
    gnuplot.write_text(f"""#!/usr/bin/env bash
[ "${{1-}}" = -e ] && {{ echo qt >&2; exit; }}
setsid sleep 1000 </dev/null >/dev/null 2>&1 &
echo $! >'{window}.new'
mv '{window}.new' '{window}'
cat >/dev/null
""")
    gnuplot.chmod(0o755)
    environment = {**os.environ, "PATH": f"{gnuplot.parent}:{os.environ['PATH']}", "DISPLAY": ":1"}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        stop_when(window.exists, program, number, "animation", "--window", "--frames", "100000", env=environment)
        process = pathlib.Path("/proc", window.read_text().strip(), "cmdline")
        left = process.exists() and process.read_bytes()  # nothing, of one that has ended
        if left:
            os.kill(int(process.parent.name), signal.SIGKILL)
        check(not left, f"{number}: the window is still there")
        window.unlink()


CASES = {"files": (animation_gif, slow_animation, animation_of_many, animation_in_characters, animation_in_sixel, trajectory,
                   steps, divergence, error, other_forms, nothing_to_see, no_place_to_write, bad_usage, interrupted,
                   closed_by_a_signal),
         "mp4": (animation_mp4,),
         "disk": (full_disk,)}

if __name__ == "__main__":
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.setdefault(variable, "")
    if sys.argv[3] == "mp4" and not (shutil.which("ffmpeg") and shutil.which("ffprobe")):
        print("SKIPPED: there is no ffmpeg here; tools/setup --ci installs it")
        sys.exit(77)
    if sys.argv[3] == "disk":
        leave_where_nothing_is_mounted()
    with tempfile.TemporaryDirectory(prefix="whirl-") as installed:
        # Next to each other, as they are installed, so that it is this whirl-sim that computes.
        os.symlink(os.path.abspath(sys.argv[1]), os.path.join(installed, "visualize"))
        os.symlink(os.path.abspath(sys.argv[2]), os.path.join(installed, "whirl-sim"))
        run_cases(CASES[sys.argv[3]], os.path.join(installed, "visualize"), None)

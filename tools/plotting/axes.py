"""Axes, captions and colours: what all pictures have in common."""

import math

from plotting.gnuplot import number, quoted

SMALL = 11  # points; other text has 12
GREY = "#666666"
WRONG = "#c00000"
HEIGHT = 640  # of a picture, at least; each is 1000 wide
COVERAGE = 0.95  # of an interval that something is concluded from, as in bench
CPU_NAME = 75  # characters of it that fit below a picture
LEFT, RIGHT = 0.10, 0.74  # where the plot stands, in parts of the width: at its right is the legend
METHOD_COLOURS = {"euler": "#0072b2", "spiral": "#d55e00", "analytic": "#009e73"}
METHOD_POINTS = {"euler": 7, "spiral": 5, "analytic": 9}
METHODS = {"euler": "Euler, step by step", "spiral": "Euler in closed form", "analytic": "true motion"}
# Colours that differ for most people's eyes, after Okabe and Ito.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c6d1f"]
POINTS = [7, 5, 9, 11, 13, 6, 4, 8, 10, 12]


def count(value, unit=None):
    """"1,000 particles"."""
    return f"{value:,}" + (f" {unit}{'' if value == 1 else 's'}" if unit else "")


def significant(value, digits=3):
    """A number with so many digits, and no exponent where people need none."""
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e7:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def short(value):
    """A number on an axis: 0.01, 100, 10 k, 1 M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g} {letter}"
    return f"{value:g}" if value >= 1e-4 else f"{value:.0e}"


def label(text, at, align="left", colour=GREY, more=""):
    return f"set label {quoted(text)} at {at} {align} font ',{SMALL}' textcolor rgb '{colour}' {more}".rstrip()


def mark(value, text, low, high):
    """A line across the picture at a value of the x axis from low to high, with a text at its upper end that stays
    within."""
    part = math.log(value / low) / math.log(high / low)
    align, shift = ("left", "offset 0.6,0") if part < 0.35 else ("right", "offset -0.6,0") if part > 0.65 else ("center", "")
    end = 0.96 if align == "center" else 1
    return [f"set arrow from {number(value)}, graph 0 to {number(value)}, graph {end} nohead linecolor rgb '{GREY}' "
            "dashtype 3", label(text, f"{number(value)}, graph 0.98", align, more=shift)]


def _spread(rows):
    """What the points and their intervals are. With few repetitions an interval is the whole range."""
    fewest, most = min(row.repetitions for row in rows), max(row.repetitions for row in rows)
    if most == 1:
        return "one repetition"
    sure = [row.coverage for row in rows if row.coverage >= COVERAGE]
    intervals = f"{100 * min(sure):.0f} % intervals" if sure else "ranges"
    less = " (ranges of fewer than six)" if sure and len(sure) < len(rows) else ""
    return f"medians of {most if fewest == most else f'{fewest} to {most}'} repetitions and their {intervals}{less}"


def captions(run, work, rows):
    """Two lines below the picture: what was measured, and on what."""
    machine, build = run.machine, run.build
    end = "" if run.complete else "; ended before all was measured"
    name = machine["cpu"]
    cpu = name if len(name) <= CPU_NAME else name[:CPU_NAME] + "…"
    return [f"{work}; seed {run.workload['seed']}; {_spread(rows)}{end}",
            f"{cpu}, {machine['usable_cores']} of {machine['cores']} cores usable; whirl {build['version']}, "
            f"{build['compiler']}, {build['type']}"]


def steps_of(run, steps):
    length = f"of {run.workload['timestep']:g}"
    if "dt" in run.workload:
        return f"advanced by {run.workload['dt']:g} in {count(steps, 'step')} {length}"
    return f"{count(steps, 'step')} {length}"


def height_for(lines):
    """The height of a picture with so many lines, each of which has one in the legend."""
    return max(HEIGHT, 200 + 18 * lines)


def frame(height, left=LEFT, right=RIGHT, below=0):
    """Where the plot stands in a picture of that height: left, right, bottom, top, in parts of the picture. below: of
    so many pixels more under the plot."""
    return left, right, (130 + below) / height, 1 - 58 / height


def layout(title, run, work, rows, height=HEIGHT, where=None):
    left, right, bottom, top = where or frame(height)
    script = [f"set title {quoted(title)} font ',15' offset 0,0.4",
              f"set lmargin at screen {number(left)}", f"set rmargin at screen {number(right)}",
              f"set bmargin at screen {number(bottom)}", f"set tmargin at screen {number(top)}",
              "set border 3 linecolor rgb '#444444'", "set tics nomirror out scale 0.6",
              "set style line 100 linecolor rgb '#e4e4e4' linewidth 1", "set grid linestyle 100",
              f"set key at screen {number(right + 0.01)}, screen {number(top)} left top vertical Left reverse "
              f"samplen 1.6 font ',{SMALL}'"]
    for line, pixels in zip(captions(run, work, rows), (42, 18)):
        script.append(label(line, f"screen 0.02, screen {number(pixels / height)}"))
    return script


KEY_BELOW = 24  # pixels that the legend below the plot takes


def key_below(height):
    """The legend below the plot, in one line between the axis and the captions."""
    return (f"set key at screen 0.98, screen {number(86 / height)} right top horizontal maxrows 1 Left reverse samplen 0.6 "
            f"font ',{SMALL}'")


def log_range(values, below=1.3, above=1.3):
    """From a bit below the values to a bit above, and wide enough for a number on the axis: 1, 2 or 5 times a power of
    ten."""
    low, high = min(values) / below, max(values) * above
    widen = math.sqrt(max(1, 2.6 * low / high))
    return low / widen, high * widen


def log_axis(axis, label, low, high, tics=None):
    """A logarithmic axis; tics: the values to mark, or None for powers of ten with what lies between."""
    if tics is None:
        exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        marks = [f"{quoted(short(10.0 ** e))} {number(10.0 ** e)}" for e in exponents]
        marks += [f"'' {number(k * 10.0 ** e)} 1" for e in exponents for k in range(2, 10)]
        if math.log10(high / low) < 2:  # within few decades more numbers are wanted
            marks += [f"{quoted(short(k * 10.0 ** e))} {number(k * 10.0 ** e)}" for e in exponents for k in (2, 5)]
    else:
        marks = [f"{quoted(short(value))} {number(value)}" for value in tics]
    return [f"set logscale {axis}", f"set {axis}label {quoted(label)}",
            f"set {axis}range [{number(low)}:{number(high)}]", f"set {axis}tics ({', '.join(marks)})"]


def linear_axis(axis, label_text, low, high):
    return [f"set {axis}label {quoted(label_text)}", f"set {axis}range [{number(low)}:{number(high)}]"]

"""The roofline: the rows below the limits that were measured in the same run."""

import math

from plotting import axes, labels, selection
from plotting.gnuplot import block, number, quoted


def _peaks(limit):
    """GFLOP/s of each instruction set, the most first, with its name and the operation's."""
    peaks = []
    for isa, rates in limit["operations_per_second"].items():
        factor, operations = (2, "fused multiply-adds") if rates["fused"] else (1, "multiplications")
        peaks.append((1e-9 * factor * rates["multiplies"], isa, operations))
    return sorted(peaks, reverse=True)


def _levels(limit):
    """GB/s of the streams from each level, the nearest first."""
    return sorted(((1e-9 * rate, name) for name, rate in limit["bytes_per_second"].items() if rate), reverse=True)


class _Roofline:
    """The plane that rows and roofs lie in: arithmetic intensity and speed, both logarithmic."""
    HEIGHT = 700 + axes.KEY_BELOW
    FRAME = axes.frame(HEIGHT, right=0.97, below=axes.KEY_BELOW)

    def __init__(self, points, limits):
        self.low, self.high = axes.log_range([x for x, _ in points], 12, 6)
        bends = [_peaks(limit)[0][0] / _levels(limit)[-1][0] for limit in limits]
        self.low = min(self.low, 0.3 * min(bends))  # memory's slope is seen too
        self.bottom, self.top = axes.log_range([y for _, y in points] + [_peaks(limit)[0][0] for limit in limits], 2, 2.3)
        self.level, self.steep = [], []  # the lines that were drawn, with their texts
        self.taken = []

    def part(self, x, y):
        """A point in parts of the plot."""
        return (math.log(x / self.low) / math.log(self.high / self.low),
                math.log(y / self.bottom) / math.log(self.top / self.bottom))

    def slope(self):
        """The angle of a line on which y grows with x, in degrees, as it is drawn."""
        width = 1000 * (self.FRAME[1] - self.FRAME[0]) / math.log(self.high / self.low)
        height = self.HEIGHT * (self.FRAME[3] - self.FRAME[2]) / math.log(self.top / self.bottom)
        return math.degrees(math.atan2(height, width))

    def line(self, begin, end, style):
        return (f"set arrow from {number(begin[0])},{number(begin[1])} to {number(end[0])},{number(end[1])} nohead "
                f"linecolor rgb '{axes.GREY}' {style}")

    def level_roof(self, peak, begin, words, style):
        """The most operations, for arithmetic intensities from begin on."""
        if peak > self.bottom:
            self.level.append((peak, f"{words}: {axes.significant(peak)} GFLOP/s"))
            yield self.line((max(self.low, begin), peak), (self.high, peak), style)

    def steep_roof(self, rate, peak, words, style):
        """A stream, up to the most operations."""
        begin, end = max(self.low, self.bottom / rate), min(self.high, peak / rate)
        if end > begin:
            self.steep.append((rate, f"{words}: {axes.significant(rate)} GB/s"))
            yield self.line((begin, begin * rate), (end, end * rate), style)

    def roofs(self, limit):
        """All levels' streams, up to the most operations; and the other instruction sets' most operations."""
        peaks, levels = _peaks(limit), _levels(limit)
        threads = axes.count(limit["threads"], "thread")
        for i, (peak, isa, operation) in enumerate(peaks):  # texts of all but the first are short: kernels stand there
            yield from self.level_roof(peak, peak / levels[0][0], f"{isa} {operation}, {threads}" if i == 0 else isa,
                                       "linewidth 1.6" if i == 0 else "linewidth 0.7")
        for rate, name in levels:
            yield from self.steep_roof(rate, peaks[0][0], f"{name}, {threads}", "linewidth 1.6")

    def other_roof(self, limit):
        """Memory and the most operations of another number of threads."""
        (peak, *_), (rate, name) = _peaks(limit)[0], _levels(limit)[-1]
        threads = axes.count(limit["threads"], "thread")
        style = "linewidth 1.2 dashtype 2"
        yield from self.steep_roof(rate, peak, f"{name}, {threads}", style)
        yield from self.level_roof(peak, peak / rate, threads, style)

    def level_texts(self):
        """Texts above the level lines, at their right ends."""
        places = labels.stacked([self.part(self.high, peak)[1] for peak, _ in self.level])
        for (_, text), y in zip(self.level, places):
            self.taken.append(labels.box(labels.Place(0.99, y, "right"), text))
            yield axes.label(text, f"graph 0.99, graph {number(y)}", "right")

    def steep_texts(self):
        """Texts along the lines y = rate * x, above their left ends."""
        slope = math.radians(self.slope())
        rise = math.log(self.high / self.low) / math.log(self.top / self.bottom)  # of y, on the way from left to right
        # Lines stand as far apart as across them, not upwards.
        places = labels.stacked([self.part(self.low, self.low * rate)[1] * math.cos(slope) for rate, _ in self.steep])
        for (_, text), across in zip(self.steep, places):
            left = across / math.cos(slope)  # where it would meet the left side
            x = max(0.01, (0.03 - left) / rise)
            length = labels.CHARACTER * len(text) * math.cos(slope)
            for k in range(8):
                along = x + length * k / 8
                at = left + rise * along
                self.taken.append((along, at - labels.LINE / 2, along + length / 8, at + labels.LINE))
            yield axes.label(text, f"graph {number(x)}, graph {number(left + rise * x)}", more=f"rotate by {self.slope():.0f}")


def _limits_of(run, rows):
    """The limits of the most threads of all rows, and of one."""
    most = max(row.threads for row in rows)
    found = {limit["threads"]: limit for limit in run.limits}
    return [found[threads] for threads in dict.fromkeys((most, 1)) if threads in found]


def _with_operations(rows):
    return [row for row in rows if row.gflops and row.gbytes]


def has_all(run, rows):
    """Whether there is something to draw, and limits to draw it below."""
    rows = _with_operations(rows)
    return bool(rows and _limits_of(run, rows))


def draw(run, n, steps):
    rows = _with_operations(selection.choose(run, n, steps))
    points = [(row.gflops / row.gbytes, row.gflops) for row in rows]
    limits = _limits_of(run, rows)
    plane = _Roofline(points, limits)
    work = f"{axes.count(rows[0].n, 'particle')}, {axes.steps_of(run, rows[0].steps)}"
    script = axes.layout("Roofline: the kernels below what this machine can do", run, work, rows, plane.HEIGHT,
                         plane.FRAME)
    script += axes.log_axis("x", "arithmetic intensity [FLOP/byte]", plane.low, plane.high)
    script += axes.log_axis("y", "speed [GFLOP/s]", plane.bottom, plane.top)
    script += plane.roofs(limits[0])
    for limit in limits[1:]:
        script += plane.other_roof(limit)
    script += [*plane.level_texts(), *plane.steep_texts()]
    names = [selection.name_among(row, rows) + (", WRONG" if row.wrong else "") for row in rows]
    parts = [plane.part(*point) for point in points]
    places = labels.place(parts, names, plane.taken)
    for row, name, place, part in zip(rows, names, places, parts):
        if labels.is_apart(place, part):
            script.append(f"set arrow from graph {number(part[0])}, graph {number(part[1])} to graph {number(place.x)}, "
                          f"graph {number(place.y)} nohead linewidth 0.7 linecolor rgb '{axes.METHOD_COLOURS[row.method]}'")
        script.append(axes.label(name, f"graph {number(place.x)}, graph {number(place.y)}", place.side,
                                 axes.WRONG if row.wrong else axes.METHOD_COLOURS[row.method], "front"))
    script.append(axes.key_below(plane.HEIGHT))
    plots = []
    for method in dict.fromkeys(row.method for row in rows):
        script.append(block(method, [map(number, point) for row, point in zip(rows, points) if row.method == method]))
        plots.append(f"${method} with points pointtype {axes.METHOD_POINTS[method]} "
                     f"linecolor rgb '{axes.METHOD_COLOURS[method]}' title {quoted(axes.METHODS[method])}")
    return "\n".join([*script, "plot " + ", \\\n     ".join(plots)]), plane.HEIGHT

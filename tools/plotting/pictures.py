"""The pictures: from rows to gnuplot's scripts."""

import math

from plotting import axes, roofline, selection
from plotting.gnuplot import block, number, quoted
from plotting.results import BYTES_OF_PARTICLE


def _serial(kernel):
    """The kernel that each thread runs."""
    return "swapped" if kernel == "omp" else kernel.removesuffix("-omp")


def _styles(lines):
    """Colour and point by kernel; where a kernel is there over threads as well, that line is broken. What the
    dispatcher chose lies on another kernel's line, and so is drawn broad and pale."""
    kernels = {name: name.split(",")[0] for name in lines}
    bases = list(dict.fromkeys(map(_serial, kernels.values())))
    styles = {}
    for name, kernel in kernels.items():
        at = bases.index(_serial(kernel))
        dash = 2 if kernel != _serial(kernel) and _serial(kernel) in kernels.values() else 1
        styles[name] = (f"linecolor rgb '{axes.COLOURS[at % len(axes.COLOURS)]}' dashtype {dash} linewidth 1.6 "
                        f"pointtype {axes.POINTS[at % len(axes.POINTS)]} pointsize 0.8")
        if kernel == "auto":
            styles[name] = "linecolor rgb '#c8c8c8' linewidth 6 pointtype 7 pointsize 1.1"
    return styles


def _lines(lines, point, extra=()):
    """Data and the plot command for lines with intervals; the legend is in the order in which the lines end."""
    ordered = sorted(lines.items(), key=lambda item: point(item[1][-1])[1], reverse=True)
    styles = _styles(lines)
    data, plots, below = [], [], []
    for i, (name, line) in enumerate(ordered):
        data.append(block(f"line{i}", [map(number, point(row)) for row in line]))
        if name.startswith("auto"):
            below += [f"$line{i} using 1:2 with linespoints {styles[name]} notitle",
                      f"$line{i} with yerrorbars linecolor rgb '#909090' pointtype 0 notitle"]
            plots.append(f"NaN with linespoints {styles[name]} title {quoted(name)}")
        else:
            plots.append(f"$line{i} with yerrorlines {styles[name]} title {quoted(name)}")
    return [*data, "plot " + ", \\\n     ".join([*below, *plots, *extra])]


def _wrong_marks(lines, point):
    """A word at each point of a result that is wrong."""
    return [axes.label("WRONG", f"{number(x)},{number(y)}", "center", axes.WRONG, "front offset 0,0.8")
            for line in lines.values() for row in line if row.wrong for x, y, *_ in (point(row),)]


def _extent(lines, point):
    values = [point(row) for line in lines.values() for row in line]
    return [value[0] for value in values], [end for value in values for end in value[2:]]


def draw_kernels(run, n, steps):
    rows = selection.choose(run, n, steps)
    unit = 1e-9 * rows[0].n * max(rows[0].steps, 1)
    height = len(rows)
    low, high = axes.log_range([end / unit for row in rows for end in (row.low, row.high)], 1.6, 1.3)
    work = f"{axes.count(rows[0].n, 'particle')}, "
    names = [selection.title(row) for row in rows]
    left = 0.03 + 0.0078 * max(map(len, names))
    pixels = max(360, 195 + 21 * height) + axes.KEY_BELOW
    script = axes.layout(f"The kernels side by side: {work}{axes.count(rows[0].steps, 'step')}", run,
                         work + axes.steps_of(run, rows[0].steps), rows, pixels, axes.frame(pixels, left, 0.83, axes.KEY_BELOW))
    script += axes.log_axis("x", "time per particle-step [ns], less is better" if rows[0].steps else
                            "time per particle [ns], less is better", low, high)
    tics = ", ".join(f"{quoted(name)} {height - i}" for i, name in enumerate(names))
    script += [f"set yrange [0.4:{height + 0.6}]", f"set ytics ({tics}) scale 0 font ',{axes.SMALL}'",
               axes.key_below(pixels)]
    compared = any(row.speed_up is not None for row in rows)
    plots = []
    for method in dict.fromkeys(row.method for row in rows):
        script.append(block(method, [map(number, (row.seconds / unit, height - i, row.low / unit, row.high / unit))
                                     for i, row in enumerate(rows) if row.method == method]))
        colour = axes.METHOD_COLOURS[method]
        plots += [f"${method} using ({number(low)}):2:($1-{number(low)}):(0) with vectors nohead "
                  f"linecolor rgb '{colour}' linewidth 5 notitle",
                  f"${method} using 1:2:3:4 with xerrorbars linecolor rgb '#000000' linewidth 1.4 "
                  f"pointtype {axes.METHOD_POINTS[method]} pointsize 0.6 notitle",
                  f"NaN with points pointtype {axes.METHOD_POINTS[method]} linecolor rgb '{colour}' "
                  f"title {quoted(axes.METHODS[method])}"]
    for i, row in enumerate(rows):
        script.append(axes.label(f"{axes.significant(row.seconds / unit)} ns", f"graph 1.015, first {height - i}"))
        if row.wrong:
            script.append(axes.label("WRONG", f"screen 0.99, first {height - i}", "right", axes.WRONG))
        elif row.unsure and compared:
            script.append(axes.label("unsure", f"screen 0.99, first {height - i}", "right"))
        elif row.speed_up is not None:
            script.append(axes.label(f"× {axes.significant(row.speed_up)}", f"screen 0.99, first {height - i}", "right"))
    if compared:
        script.append(axes.label("over naive", "screen 0.99, graph 1.03", "right"))
    return "\n".join([*script, "plot " + ", \\\n     ".join(plots)]), pixels


def _caches(run, rows):
    """The number of particles that fill each cache, and its name."""
    cores = min(row.threads for row in rows)
    for field, name, shared in (("l1_data", "L1", False), ("l2", "L2", False), ("l3", "L3", True)):
        size = run.machine.get("cache_bytes", {}).get(field)
        if size:
            whose = "" if shared or cores == 1 else f" of {cores} cores"
            amount = f"{size / 1024:g} KiB" if size < 1 << 20 else f"{size / (1 << 20):g} MiB"
            yield size * (1 if shared else cores) / BYTES_OF_PARTICLE, f"{name}{whose}, {amount}"


def _rows_along_n(run, steps):
    return [] if run.weak else selection.only(run.rows, "steps", steps, "n")


def draw_n(run, _, steps):
    rows = _rows_along_n(run, steps)
    steps = rows[0].steps
    lines = selection.series(rows, "n")

    def point(row):
        return (row.n, *(1e9 * value / row.n for value in (row.seconds, row.low, row.high)))
    xs, ys = _extent(lines, point)
    low, high = axes.log_range(xs)
    script = axes.layout(f"Time against the number of particles: {axes.count(steps, 'step')}", run,
                         f"{axes.count(min(xs))} to {axes.count(max(xs), 'particle')}, {axes.steps_of(run, steps)}", rows,
                         axes.height_for(len(lines)))
    script += axes.log_axis("x", "particles", low, high)
    script += axes.log_axis("y", "time per particle [ns]", *axes.log_range(ys, 1.5, 2.5))
    for particles, name in _caches(run, rows):
        if low < particles < high:
            script += axes.mark(particles, name, low, high)
    script += _wrong_marks(lines, point)
    return "\n".join([*script, *_lines(lines, point)]), axes.height_for(len(lines))


def _crossing(stepping, closed):
    """The steps from which on the closed form takes less time, between those that were measured: there both times are
    taken for powers of the steps; and the closed and the stepping kernel there. None where they don't cross for good."""
    both = sorted(stepping.keys() & closed.keys())
    ratios = [math.log(stepping[steps].seconds / closed[steps].seconds) for steps in both]
    found = None
    for few, before, many, after in zip(both, ratios, both[1:], ratios[1:]):
        if before <= 0 < after:
            found = few * (many / few) ** (-before / (after - before)), closed[many].kernel, stepping[many].kernel
        elif after <= 0:
            found = None
    return found


def _fastest(rows, method, threads):
    """For each number of steps the row of the fastest kernel of a method."""
    rows = [row for row in rows if row.method == method and row.threads == threads and not row.chosen and not row.wrong]
    return {row.steps: row for row in sorted(rows, key=lambda row: row.seconds, reverse=True)}


def _rows_along_steps(run, n):
    return selection.only([row for row in run.rows if row.steps > 0], "n", n, "steps")


def draw_steps(run, n, _):
    rows = _rows_along_steps(run, n)
    n = rows[0].n
    lines = selection.series(rows, "steps")

    def point(row):
        return (row.steps, *(1e9 * value / row.n for value in (row.seconds, row.low, row.high)))
    xs, ys = _extent(lines, point)
    script = axes.layout(f"Time against the number of steps: {axes.count(n, 'particle')}", run,
                         f"{axes.count(n, 'particle')}, {axes.count(min(xs))} to "
                         f"{axes.count(max(xs), 'step')} of {run.workload['timestep']:g}", rows, axes.height_for(len(lines)))
    low, high = axes.log_range(xs)
    script += axes.log_axis("x", "steps", low, high)
    script += axes.log_axis("y", "time per particle [ns]", *axes.log_range(ys, 1.5, 2.5))
    threads = min(row.threads for row in rows)
    crossing = _crossing(_fastest(rows, "euler", threads), _fastest(rows, "spiral", threads))
    if crossing:
        steps, closed, stepping = crossing
        script += axes.mark(steps, f"from {axes.significant(steps, 2)} steps on {closed} takes less than {stepping}", low,
                            high)
    script += _wrong_marks(lines, point)
    return "\n".join([*script, *_lines(lines, point)]), axes.height_for(len(lines))


def _scaling_lines(run, n, steps):
    """The rows of each kernel on several numbers of threads, for the most work that has such: with weak scaling, for each
    thread; and that work."""
    def work(row):
        return (row.n // row.threads if run.weak else row.n, row.steps)
    rows = [row for row in run.rows if n in (None, work(row)[0]) and steps in (None, work(row)[1])]
    for most in sorted(set(map(work, rows)), key=lambda amount: (amount[0] * amount[1], amount[0]), reverse=True):
        lines = selection.series([row for row in rows if work(row) == most], "threads")
        lines = {name: line for name, line in lines.items() if line[-1].threads > line[0].threads}
        if lines:
            return lines, most
    return {}, None


def _thread_axes(threads, bottom, top, speed_up):
    if threads[-1] <= 8:
        return axes.linear_axis("x", "threads", 0, threads[-1] + 0.5) + ["set xtics 1"] + \
            axes.linear_axis("y", speed_up, 0, 1.1 * top)
    return axes.log_axis("x", "threads", threads[0] / 1.1, threads[-1] * 1.1, threads) + \
        axes.log_axis("y", speed_up, bottom / 1.2, top * 1.2,
                      [2.0 ** e for e in range(math.ceil(math.log2(bottom / 1.2)), math.ceil(math.log2(top * 1.2)))])


def draw_threads(run, n, steps):
    lines, (n, steps) = _scaling_lines(run, n, steps)
    first = min(line[0].threads for line in lines.values())
    alone = {row: line[0] for line in lines.values() for row in line}

    def point(row):
        base, work = alone[row], row.n / alone[row].n
        if row is base:
            return (row.threads, 1, 1, 1)
        return (row.threads, work * base.seconds / row.seconds, work * base.low / row.high, work * base.high / row.low)
    rows = [row for line in lines.values() for row in line]
    threads = sorted({row.threads for row in rows})
    kind = "weak" if run.weak else "strong"
    each = " for each thread" if run.weak else ""
    script = axes.layout(f"Speed-up with threads, {kind} scaling: {axes.count(n, 'particle')}{each}", run,
                         f"{axes.count(n, 'particle')}{each}, {axes.steps_of(run, steps)}", rows,
                         axes.height_for(len(lines) + 1))
    top = max(threads[-1] / first, *(point(row)[3] for row in rows))
    bottom = min(1, *(point(row)[2] for row in rows))
    script += _thread_axes(threads, bottom, top, f"speed-up: work done in a second, over {axes.count(first, 'thread')}")
    script.append(block("ideal", [(number(t), number(t / first)) for t in threads]))
    ideal = f"$ideal with lines linecolor rgb '{axes.GREY}' dashtype 3 linewidth 1.4 title 'ideal'"
    script += _wrong_marks(lines, point)
    return "\n".join([*script, *_lines(lines, point, [ideal])]), axes.height_for(len(lines) + 1)


PICTURES = {"kernels": draw_kernels, "roofline": roofline.draw, "n": draw_n, "steps": draw_steps, "threads": draw_threads}


def lacks(name, run, n, steps):
    """What a file lacks for a picture of so many particles or steps; None where it has all."""
    rows = selection.choose(run, n, steps)
    if name == "kernels" and not rows:
        return f"nothing was measured with both --n {n} and --steps {steps}"
    if name == "roofline" and not roofline.has_all(run, rows):
        return "the limits of the machine, or rows with steps"
    if name == "n" and not _rows_along_n(run, steps):
        return "give bench several numbers of particles, such as --n 1e3:1e7:x10"
    if name == "steps" and not _rows_along_steps(run, n):
        return "give bench several numbers of steps, such as --steps 1:10000:x10"
    if name == "threads" and not _scaling_lines(run, n, steps)[0]:
        return "give bench several numbers of threads, such as --threads 1:max, and a kernel over threads"
    return None


def draw(name, run, n, steps):
    """The script and the height of a picture."""
    return PICTURES[name](run, n, steps)

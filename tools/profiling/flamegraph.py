"""flamegraph: the stacks of functions as a picture, in which a function is as wide as the time that it takes. Functions
that were inlined are drawn lighter than those that were called."""

import collections
from xml.sax.saxutils import escape

from plotting import files
from profiling import stacks, tables
from profiling.target import relative

WIDTH, ROW, MARGIN, TOP = 1200, 18, 10, 50
LEAST_WIDTH = 0.5  # pixels
CHARACTER = 6.6  # about as wide at this size of text


class Node:
    def __init__(self):
        self.cost = 0
        self.children = collections.defaultdict(Node)

    def add(self, stack, cost):
        self.cost += cost
        if stack:
            self.children[stack[0]].add(stack[1:], cost)

    def depth(self):
        return max((1 + child.depth() for child in self.children.values()), default=0)


def tree(costs):
    root = Node()
    for stack, cost in costs.items():
        root.add(stack, cost)
    return root


def folded(costs):
    """One line a stack, as other programs that draw flame graphs read them; the unit is a millionth."""
    return "".join(f"{';'.join(function.name for function in stack)} {round(cost * 1e6)}\n"
                   for stack, cost in sorted(costs.items()))


def _boxes(node, left, level, scale):
    """The boxes above a node: (left, level, width, function, cost)."""
    for function, child in sorted(node.children.items()):
        width = child.cost * scale
        if width >= LEAST_WIDTH:
            yield left, level, width, function, child.cost
            yield from _boxes(child, left, level + 1, scale)
        left += width


def draw(costs, title, foot, words):
    root = tree(costs)
    height = TOP + ROW * root.depth() + 40
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
             'font-size="11">', f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
             f'<text x="{WIDTH / 2}" y="28" font-size="15" text-anchor="middle">{escape(title)}</text>',
             f'<text x="{MARGIN}" y="{height - 12}" fill="#666666">{escape(foot)}</text>']
    scale = (WIDTH - 2 * MARGIN) / root.cost
    for left, level, width, function, cost in _boxes(root, MARGIN, 0, scale):
        y = height - 40 - ROW * (level + 1)
        fill = "#ffd9a8" if function.inlined else "#f08c4a"
        told = f"{function.name}{', inlined' if function.inlined else ''}: {words(cost)}, {tables.share(cost, root.cost)} %"
        lines.append(f'<g><title>{escape(told)}</title><rect x="{left:.1f}" y="{y}" width="{width:.1f}" '
                     f'height="{ROW - 1}" fill="{fill}"/>')
        room = int((width - 6) / CHARACTER)
        if room >= 3:
            name = function.name if len(function.name) <= room else function.name[:room - 2] + ".."
            lines.append(f'<text x="{left + 3:.1f}" y="{y + 13}">{escape(name)}</text>')
        lines.append("</g>")
    return "\n".join([*lines, "</svg>", ""])


def answer(target, folder, _arguments):
    taken, _ = stacks.take(target, folder, target.settle())
    picture, lines = folder / f"{target.kernel}-flamegraph.svg", folder / f"{target.kernel}.folded"
    files.write(picture, draw(taken.costs, target.words(), f"{taken.unit} by {taken.by}; lighter: inlined", taken.words))
    files.write(lines, folded(taken.costs))
    widest = collections.Counter()
    for stack, cost in taken.costs.items():
        widest[stack[-1].name] += cost
    print(f"{target.words()}: at the top of the stacks are")
    print("\n".join(f"{tables.share(cost, taken.total):>6} %  {name}" for name, cost in widest.most_common(5)))
    print(f"drawn in {relative(picture)}: any browser shows it, and what is below the pointer")
    return lines, "speedscope, or flamegraph.pl"

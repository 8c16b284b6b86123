"""Puts names beside points so that they don't lie on each other."""

import collections

Place = collections.namedtuple("Place", "x y side")  # in parts of the plot; side: left or right of the text's anchor
CHARACTER = 0.0085  # the width of a character and the height of a line, in parts of the plot
LINE = 0.03
GAP = 0.01


def box(place, text):
    """Where a text lies: left, bottom, right, top."""
    width = CHARACTER * len(text)
    left = place.x if place.side == "left" else place.x - width
    return left, place.y - LINE / 2, left + width, place.y + LINE / 2


def _overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _candidates(x, y):
    for distance in range(0, 30):
        for sign in ((1,) if distance == 0 else (1, -1)):
            up = sign * distance * LINE / 2
            yield Place(x + GAP, y + up, "left")
            yield Place(x - GAP, y + up, "right")


def place(points, texts, taken):
    """A place for each text, as near to its point as the other texts, the points and the boxes that are taken allow.
    Points are in parts of the plot."""
    taken = taken + [(x - GAP / 2, y - LINE / 4, x + GAP / 2, y + LINE / 4) for x, y in points]
    places = []
    for (x, y), text in zip(points, texts):
        def is_free(candidate, text=text):
            own = box(candidate, text)
            inside = own[0] >= 0 and own[1] >= 0 and own[2] <= 1 and own[3] <= 1
            return inside and not any(_overlap(own, other) for other in taken)
        candidates = list(_candidates(x, y))
        found = next(filter(is_free, candidates), candidates[0])
        taken.append(box(found, text))
        places.append(found)
    return places


def stacked(heights):
    """The heights of texts above parallel lines, one for each line. Where lines are nearer than their texts are high,
    the texts stand on each other above all of these, in the lines' order."""
    stacks = []
    for i in sorted(range(len(heights)), key=heights.__getitem__):
        if stacks and heights[i] < heights[stacks[-1][-1]] + (len(stacks[-1]) + 0.1) * LINE:
            stacks[-1].append(i)
        else:
            stacks.append([i])
    places = {i: heights[stack[-1]] + (k + 0.6) * LINE for stack in stacks for k, i in enumerate(stack)}
    return [places[i] for i in range(len(heights))]


def is_apart(place_of_text, point):
    """Whether a text is so far above or below its point that a line must join them."""
    return abs(place_of_text.y - point[1]) > 0.6 * LINE

"""tools/profile flamegraph: a failure means a picture of other functions than ran, or one that no browser shows."""

from support import answer, kept, need, picture, without

from profiling.flamegraph import draw, folded
from profiling.stacks import Function

need("addr2line")
for path in (None, without("perf")):
    if path:
        need("valgrind")
    lines = answer("swapped", "flamegraph", "--n", "960", "--steps", "1000", path=path)
    stacks = [line.rsplit(" ", 1) for line in kept(lines, "swapped.folded").read_text(encoding="utf-8").splitlines()]
    cost = {stack: int(number) for stack, number in stacks}
    under = sum(number for stack, number in cost.items() if "whirl_kernel_swapped" in stack.split(";"))
    assert under > 0.9 * sum(cost.values()), "the kernel is nearly all"
    texts = picture("swapped-flamegraph.svg")
    assert "swapped on 1 thread, 960 particles, 1,000 steps" in texts
    assert any(text.startswith("whirl_kernel_swapped: ") for text in texts), "the text below the pointer"

# Widths are costs, names are texts.
costs = {(Function("a<b>", False),): 1, (Function("a<b>", False), Function("c", True)): 3}
drawn = draw(costs, "title", "foot", str)
assert "<title>a&lt;b&gt;: 4, 100.0 %</title>" in drawn and "<title>c, inlined: 3, 75.0 %</title>" in drawn
assert 'width="1180.0"' in drawn and 'width="885.0"' in drawn
assert folded(costs) == "a<b> 1000000\na<b>;c 3000000\n"

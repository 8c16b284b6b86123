"""callgraph: who calls whom in the work, as callgrind counts it: a file for KCachegrind, and a picture."""

from plotting import files
from profiling import callgrind, programs, tables
from profiling.target import relative

LEAST_SHARE = 0.005  # of what is drawn


def _quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _colour(share):
    """From white to red."""
    return f"0.02 {0.75 * share:.3f} 1.0"


def graph(counts, title):
    """The graph in graphviz's language."""
    total = counts.total()
    inclusive = {function: counts.inclusive(function)[0] for function in counts.reached()}
    shown = {function for function, cost in inclusive.items() if cost >= LEAST_SHARE * total}
    lines = ["digraph work {", f"label={_quoted(title)}; labelloc=t; fontname=sans; fontsize=12",
             "node [shape=box style=filled fontname=sans fontsize=11]; edge [fontname=sans fontsize=10]"]
    for function in sorted(shown):
        own = counts.functions[function][0]
        text = (f"{function}\n{tables.share(inclusive[function], total)} %, itself {tables.share(own, total)} %")
        lines.append(f"{_quoted(function)} [label={_quoted(text)} fillcolor={_quoted(_colour(own / total))}]")
    for (caller, called), call in sorted(counts.calls.items()):
        if caller in shown and called in shown:
            lines.append(f"{_quoted(caller)} -> {_quoted(called)} [label={_quoted(f'{call.calls:,}')} "
                         f"penwidth={1 + 3 * call.cost[0] / total:.2f}]")
    return "\n".join([*lines, "}"])


def answer(target, folder, _arguments):
    programs.need("valgrind", "dot")
    target.settle()
    path = folder / f"{target.kernel}.callgrind.out"
    counts = callgrind.run(target, path)
    title = f"{target.words()}: {counts.total():,} instructions; at the arrows, calls"
    picture = folder / f"{target.kernel}-callgraph.svg"
    with files.whole(picture, "</svg>") as temporary:
        programs.run(["dot", "-Tsvg", "-o", temporary], graph(counts, title))
    print(f"{target.words()}: {counts.total():,} instructions, {counts.total() / target.units:.4g} a {target.unit}")
    reached = counts.reached()
    rows = [(f"{call.calls:,}", tables.share(call.cost[0], counts.total()), caller, called)
            for (caller, called), call in sorted(counts.calls.items(), key=lambda item: -item[1].cost[0])
            if caller in reached and call.cost[0] >= LEAST_SHARE * counts.total()]
    print("\n".join(tables.table(("calls", "%", "caller", "called"), rows, left=(2, 3))))
    print(f"drawn in {relative(picture)}")
    return path, "kcachegrind, or callgrind_annotate FILE"

"""pipeline: what a model of the CPU predicts for the inner loop, what binds it there, and what was measured."""

from plotting import files
from plotting.axes import significant
from profiling import assembly, loops, mca, tables
from profiling.target import CannotRun

SECONDS = 1.0  # of measuring
BUSY = 0.6  # of the time: what is busy for less is not what binds


def binds(prediction):
    """What the model says the loop is bound by."""
    unit, busy = max(prediction.units.items(), key=lambda item: item[1])
    said = f"{unit} is busy for {100 * busy / prediction.simulated:.0f} % of the time"
    if busy < 0.9 * prediction.throughput:
        return f"the front end, which issues too few instructions; {said}"
    if prediction.throughput < BUSY * prediction.simulated:
        return f"latency: results are waited for; {said}"
    return f"throughput: {said}"


def _measured(target):
    """Nanoseconds and cycles for a particle-step, or None where the kernel can't run here."""
    try:
        first = target.settle()
    except CannotRun:
        return None
    measured = target.measure(target.repetitions_for(SECONDS, first))
    each = measured["best_seconds"] / target.units
    return each, each * measured["core_hertz"], measured["core_hertz"]


def _rows(target, loop, cpus):
    rows = []
    for cpu in cpus:
        prediction = mca.predict(loop.code, cpu)
        lacks = mca.lacking(assembly.features(loop.code), cpu)
        if lacks:
            rows.append((target.kernel, f"predicted, {cpu}", "", "", f"that CPU has no {' and no '.join(lacks)}"))
        elif prediction:
            rows.append((target.kernel, f"predicted, {cpu}", significant(prediction.throughput / loop.units),
                         significant(prediction.simulated / loop.units), binds(prediction)))
        else:
            rows.append((target.kernel, f"predicted, {cpu}", "", "", "LLVM's model has not these instructions"))
    measured = _measured(target)
    if measured:
        each, cycles, hertz = measured
        rows.append((target.kernel, "measured", "", significant(cycles),
                     f"{tables.nanoseconds(each)} at {hertz / 1e9:.2f} GHz"))
    return rows


def answer(target, folder, arguments):
    cpus = arguments.cpu or [mca.cpu_like_this()]
    targets = [target] + ([target.other(arguments.against)] if arguments.against else [])
    found = {each.kernel: loops.hottest(each) for each in targets}
    rows = [row for each in targets for row in _rows(each, found[each.kernel], cpus)]
    path = folder / f"{target.kernel}.mca.s"
    files.write(path, "\n".join(mca.source_of(found[target.kernel].code)) + "\n")
    print(f"{target.words()}: cycles a {target.unit} in the inner loop")
    print("\n".join(tables.table(("kernel", "", "throughput alone", "with latencies", ""), rows, left=(0, 1, 4))))
    for kernel, loop in found.items():
        print(f"the loop of {kernel}: {significant(loop.units)} {target.unit}s a turn; {loop.how}")
    calls = sorted(kernel for kernel, loop in found.items() if assembly.calls(loop.code))
    if calls:
        print(f"what the loop of {' and '.join(calls)} calls is no part of the prediction")
    moves = [f"{mca.moves(loop.code)} in that of {kernel}" for kernel, loop in found.items() if mca.moves(loop.code)]
    if moves:
        print(f"moves between vector registers, {' and '.join(moves)}, take no port in 'throughput alone': the CPU renames "
              "registers, where LLVM's model has them take ports")
    return path, f"{mca.PROGRAM} -mcpu={cpus[0]} -timeline FILE, or a browser at uica.uops.info"

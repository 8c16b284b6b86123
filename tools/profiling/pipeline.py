"""pipeline: what a model of the CPU predicts for the inner loop, what binds it there, and what was measured."""

from plotting import files
from plotting.axes import significant
from profiling import assembly, mca, tables
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


def _rows(target, cpus):
    loop = assembly.hottest_loop(assembly.object_file(target))
    units = assembly.units_in_turn(loop, target.flops)
    rows = []
    for cpu in cpus:
        prediction = mca.predict(loop, cpu)
        if prediction:
            rows.append((target.kernel, f"predicted, {cpu}", significant(prediction.throughput / units),
                         significant(prediction.simulated / units), binds(prediction)))
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
    rows = [row for each in targets for row in _rows(each, cpus)]
    path = folder / f"{target.kernel}.mca.s"
    loop = assembly.hottest_loop(assembly.object_file(target))
    files.write(path, "\n".join(mca.source_of(loop)) + "\n")
    print(f"{target.words()}: cycles a {target.unit} in the inner loop")
    calls = sorted({each.kernel for each in targets if assembly.calls(assembly.hottest_loop(assembly.object_file(each)))})
    print("\n".join(tables.table(("kernel", "", "throughput alone", "with latencies", ""), rows, left=(0, 1, 4))))
    if calls:
        print(f"what the loop of {' and '.join(calls)} calls is no part of the prediction")
    return path, f"{mca.PROGRAM} -mcpu={cpus[0]} -timeline FILE, or a browser at uica.uops.info"

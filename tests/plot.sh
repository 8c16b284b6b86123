#!/usr/bin/env bash
# tools/plot: which pictures it draws of which file, what stands in them, what it refuses. A failure here means a picture
# that is missing, that shows other numbers than were measured, or that doesn't say what it shows.
# Usage: plot.sh PATH-OF-BENCH PATH-OF-PLOT
set -u

bench=$1
plot=$2
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
unset WHIRL_KERNEL WHIRL_NUM_THREADS WHIRL_ISA_MAX WHIRL_TUNING
failures=0
cd "$folder" || exit 1

fail() {
  echo "FAILED: $1"
  sed 's/^/  | /' out err
  failures=$((failures + 1))
}

# expect CODE WHAT-MUST-BE-SAID ARGUMENT...: 0 on standard output, otherwise in one line on standard error.
expect() {
  local code=$1 said=$2 got talk=err quiet=out
  shift 2
  "$plot" "$@" >out 2>err
  got=$?
  if [ "$code" -eq 0 ]; then talk=out quiet=err; fi
  if [ "$got" -ne "$code" ]; then
    fail "plot $*: exit code $got instead of $code"
  elif ! grep -qF -- "$said" "$talk"; then
    fail "plot $*: does not say '$said'"
  elif [ -s "$quiet" ]; then
    fail "plot $*: talks on the wrong stream"
  elif [ "$code" -ne 0 ] && [ "$(wc -l <"$talk")" -ne 1 ]; then
    fail "plot $*: says more than one line"
  fi
}

# holds FILE TEXT...: fixed texts, each of which must stand in the file.
holds() {
  local file=$1 text
  shift
  for text in "$@"; do
    grep -qF -- "$text" "$file" || fail "$file does not hold '$text'"
  done
}

# edit OLD NEW STATEMENTS: a file of results, changed. work(row) are the particle-steps, particles(row) a copy of the row
# with so many, and time(row, seconds) sets how long it took: low and high are 10 % off.
edit() {
  python3 - "$1" "$2" "$3" <<'PYTHON'
import copy
import json
import sys

document = json.load(open(sys.argv[1]))
rows = document["results"]


def time(row, seconds):
    row["seconds"].update(median=seconds, median_interval={"low": 0.9 * seconds, "high": 1.1 * seconds,
                                                           "coverage": 0.96}, repetitions=9)


def changed(row, **fields):
    other = copy.deepcopy(row)
    other.update(fields)
    return other


exec(sys.argv[3])
json.dump(document, open(sys.argv[2], "w"))
PYTHON
}

# A run, in which naive takes 5 ns for a particle-step, and spiral 100 ns for a particle
"$bench" --kernel naive,spiral,auto --n 100,10000 --steps 1,100,10000 --repetitions 2 --min-time 0 --json measured.json \
  >out 2>err || { fail "there is nothing to draw"; exit 1; }
# shellcheck disable=SC2016 # the backticks must not be expanded
edit measured.json run.json '
document["machine"].update(cpu="O'"'"'Brien `touch hacked` CPU", cache_bytes={"l1_data": 32768, "l2": None, "l3": None})
for row in rows:
    time(row, row["n"] * (5e-9 * row["steps"] if row["kernel"] == "naive" else 100e-9))'

# All pictures that the file has rows for, and no other
expect 0 'run-kernels.svg' run.json
printf 'run-%s.svg\n' kernels roofline n steps | diff out - >err || fail "the pictures' names are printed"
for picture in kernels roofline n steps; do
  python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "run-$picture.svg" 2>err ||
    fail "run-$picture.svg is no XML"
  holds "run-$picture.svg" "O'Brien \`touch hacked\` CPU, " ' cores usable; whirl ' 'seed 1' 'steps of 1e-05' \
    'medians of 9 repetitions and their 96 % intervals'
done
[ ! -e hacked ] || fail "a text in a file is run as a command"
[ ! -e run-threads.svg ] || fail "there is nothing to draw of threads"
holds run-kernels.svg naive spiral 'auto (' '10,000 particles, 10,000 steps' 'time per particle-step [ns]' '5.00 ns' '0.0100 ns'
holds run-roofline.svg naive spiral 'arithmetic intensity [FLOP/byte]' 'speed [GFLOP/s]' 'L1, ' 'memory, ' ' GB/s' ' GFLOP/s'
holds run-n.svg naive spiral 'L1, 32 KiB' 'time per particle [ns]' '100 to 10,000 particles'
holds run-steps.svg naive spiral 'from 20 steps on spiral takes less than naive' 'time per particle [ns]'

# The numbers, in the scripts
expect 0 'run-steps.gnuplot' run.json --format gnuplot --n 100
holds run-kernels.gnuplot '0.01 2 0.009 0.011' '5 3 4.5 5.5'
holds run-n.gnuplot '100 50000 45000 55000' '10000 100 90 110'
holds run-steps.gnuplot '1 5 4.5 5.5' '100 500 450 550' '10000 50000 45000 55000' '1 100 90 110'
expect 0 'run-kernels.gnuplot' run.json --format gnuplot --n 100 --steps 1 --picture kernels
holds run-kernels.gnuplot '100 2 90 110' '5 3 4.5 5.5' '100 particles, 1 step of 1e-05'
expect 0 'run-kernels.gnuplot' run.json --format gnuplot --kernel spiral --picture kernels
! grep -q "'naive'" run-kernels.gnuplot || fail "kernels that were not asked for are left out"
expect 0 'run-steps.svg' run.json --kernel naive --picture steps
! grep -q 'takes less than' run-steps.svg || fail "where nothing crosses nothing is marked"
rm run-kernels.svg
gnuplot run-kernels.gnuplot >out 2>err || fail "gnuplot draws the script"
[ -s run-kernels.svg ] || fail "the script's picture is the one that its first line names"

# Where kernels step that weren't measured for most steps, and where times cross several times
edit run.json uneven.json '
rows[:] = [row for row in rows if row["kernel"] != "auto"]
rows += [changed(row, kernel="swapped") for row in rows if row["kernel"] == "naive" and row["steps"] <= 100]
for row in rows:
    if row["kernel"] == "swapped": time(row, row["n"] * 2e-9 * row["steps"])'
expect 0 'uneven-steps.svg' uneven.json --picture steps
holds uneven-steps.svg 'from 50 steps on spiral takes less than swapped'
edit run.json again.json '
for row in rows:
    if row["kernel"] == "naive" and row["steps"] == 10000: time(row, row["n"] * 50e-9)'
expect 0 'again-steps.svg' again.json --picture steps
! grep -q 'takes less than' again-steps.svg || fail "what is slower again is faster from there on"

edit run.json unsure.json 'rows[-2]["unsure"] = True'
expect 0 'unsure-kernels.svg' unsure.json --picture kernels
holds unsure-kernels.svg '>unsure<'
edit unsure.json alone.json '
for row in rows: row["speedup_over_naive"] = None'
expect 0 'alone-kernels.svg' alone.json --picture kernels
! grep -q '>unsure<' alone-kernels.svg || fail "a speed-up is unsure where nothing is compared"

# What an end before the end leaves: few repetitions of some rows, and the most work with one of several n, steps or threads
edit run.json part.json 'rows[-1]["seconds"].update(repetitions=1)
rows[-1]["seconds"]["median_interval"]["coverage"] = 0'
expect 0 'part-kernels.svg' part.json --picture kernels
holds part-kernels.svg 'medians of 1 to 9 repetitions and their 96 % intervals (ranges of fewer than six)'
edit run.json part.json 'rows[:] = [row for row in rows if row["steps"] < 10000 or row["n"] == 10000]'
expect 0 'part-n.svg' part.json --picture n
holds part-n.svg 'Time against the number of particles: 100 steps'
edit run.json part.json 'rows[:] = [row for row in rows if row["n"] < 10000 or row["steps"] == 1]'
expect 0 'part-steps.svg' part.json --picture steps
holds part-steps.svg 'Time against the number of steps: 100 particles'
edit run.json part.json 'rows[:] = [changed(rows[0], kernel="omp", threads=t, n=1000) for t in (1, 2)] + [changed(rows[0], kernel="omp", n=9000)]'
expect 0 'part-threads.svg' part.json
holds part-threads.svg 'strong scaling: 1,000 particles'
edit run.json part.json 'for row in rows:
    if row["steps"] == 1: row.update(steps=0, gflops=None, gbytes_per_second=None)'
rm part-*.svg
expect 0 'part-kernels.svg' part.json --steps 0
[ ! -e part-roofline.svg ] || fail "a roofline of no steps"

# Limits that are nearly the same: their texts don't lie on each other
edit run.json near.json '
for i, limit in enumerate(document["limits"]):
    for k, rates in enumerate(limit["operations_per_second"].values()): rates.update(multiplies=(40 + i + k) * 1e9, fused=True)
    limit["bytes_per_second"] = {"L1": (20 + 0.1 * i) * 1e9, "L2": 19e9, "memory": (18 + 0.1 * i) * 1e9}'
expect 0 'near-roofline.gnuplot' near.json --picture roofline --format gnuplot
python3 - >out 2>err <<'PYTHON' || fail "texts of limits lie on each other"
import itertools
import math
import re

for unit, least in (("GFLOP/s", 2), ("GB/s", 3)):
    texts = re.findall(rf"set label '(.*: .* {unit})' at graph (.*), graph (\S*) ", open("near-roofline.gnuplot").read())
    print(texts)
    assert len(texts) >= least
    for (_, x, y), (_, other_x, other_y) in itertools.combinations(texts, 2):
        assert math.hypot(870 * (float(x) - float(other_x)), 512 * (float(y) - float(other_y))) > 15  # pixels
PYTHON

# Results that are wrong, in a run that ended early
edit run.json wrong.json '
document["complete"] = False
for row in rows:
    if row["kernel"] == "spiral": row["wrong"] = "particle 3 is off by 1"'
expect 0 'wrong-kernels.svg' wrong.json
for picture in kernels roofline n steps; do
  holds "wrong-$picture.svg" WRONG '; ended before all was measured'
  ! grep -qE 'WRONG|ended before' "run-$picture.svg" || fail "run-$picture.svg finds fault with what is right and whole"
done
! grep -q 'takes less than' wrong-steps.svg || fail "a kernel that is wrong is faster than none"

# Threads: 1.6 times as fast on two, 2.4 on four; and with as many particles for each thread 0.8 of that
edit run.json threads.json '
rows[:] = [changed(rows[0], kernel="naive-omp", threads=t, n=1000, steps=100) for t in (1, 2, 4)]
for row, speed_up in zip(rows, (1, 1.6, 2.4)): time(row, 1e-3 / speed_up)'
expect 0 'threads-threads.svg' threads.json
holds threads-threads.svg 'naive-omp' 'strong scaling: 1,000 particles' 'speed-up: work done in a second, over 1 thread' ideal
expect 0 'threads-threads.gnuplot' threads.json --format gnuplot --picture threads
holds threads-threads.gnuplot '1 1 1 1' '2 1.6 1.30909091 1.95555556' '4 2.4 '
edit run.json slower.json '
rows[:] = [changed(rows[0], kernel="naive-omp", threads=t, n=1000, steps=100) for t in (1, 4, 16)]
for row, speed_up in zip(rows, (1, 0.5, 0.25)): time(row, 1e-3 / speed_up)'
expect 0 'slower-threads.gnuplot' slower.json --format gnuplot --picture threads
python3 - >out 2>err <<'PYTHON' || fail "threads that make it slower leave the picture"
import re
low = float(re.search(r"set yrange \[(\S+):", open("slower-threads.gnuplot").read())[1])
assert 0 < low < 0.25 * 0.9 / 1.1, low
PYTHON
edit run.json many.json '
document["machine"]["cpu"] = "long " * 100
rows[:] = [changed(row, kernel=f"naive-{k}") for row in rows if row["kernel"] == "naive" for k in range(70)]'
expect 0 'many-n.svg' many.json --picture n
for k in 0 69; do holds many-n.svg ">naive-$k<"; done
holds many-n.svg '…, ' ' cores usable; whirl '
# A kernel of one thread is measured again beside each number of threads, and one of several threads has several names
edit run.json beside.json '
first = [row for row in rows if (row["n"], row["steps"], row["threads"]) == (100, 1, 1)]
rows[:] = [changed(row, threads=t) for t in (1, 2) for row in first if row["kernel"] == "naive"]
rows += rows[:1] + [changed(rows[0], kernel="spiral", method="spiral", threads=2)]'
expect 0 'beside-roofline.gnuplot' beside.json --format gnuplot --picture roofline
expect 0 'beside-kernels.svg' beside.json --picture kernels
[ "$(grep -cE "^set label 'naive' " beside-roofline.gnuplot)" -eq 1 ] || fail "a row is drawn twice"
holds beside-roofline.gnuplot "set label 'naive, 2 threads'" "set label 'spiral'"
[ "$(grep -c '>naive<' beside-kernels.svg)" -eq 1 ] || fail "a row has two bars"
# The ranges of axes: there is a number on each, and of the roofline memory's slope is seen
edit run.json dense.json 'rows[:] = [changed(rows[0], gflops=90, gbytes_per_second=0.01)]'
expect 0 'dense-kernels.gnuplot' dense.json --format gnuplot
python3 - >out 2>err <<'PYTHON' || fail "an axis has no number, or a roof is missing"
import re

low, high = map(float, re.search(r"set xrange \[(\S+):(\S+)\]", open("dense-kernels.gnuplot").read()).groups())
assert high / low > 2.5, (low, high)
roofline = open("dense-roofline.gnuplot").read()
assert "'memory, " in roofline, roofline
PYTHON
edit threads.json bad.json 'rows[1]["wrong"] = "particle 3 is off by 1"'
expect 0 'bad-threads.gnuplot' bad.json --format gnuplot --picture threads
holds bad-threads.gnuplot "set label 'WRONG' at 2,1.6 center"
edit threads.json weak.json '
document["workload"]["weak"] = True
for row in rows:
    row["n"] *= row["threads"]
    time(row, 1e-3 if row["threads"] == 1 else 1.25e-3)'
expect 0 'weak-threads.gnuplot' weak.json --format gnuplot
expect 0 'weak-kernels.gnuplot' weak.json --format gnuplot --n 2000
holds weak-threads.gnuplot 'weak scaling: 1,000 particles for each thread' '2 1.6 ' '4 3.2 '

# PNG
mkdir pictures
expect 0 'pictures/run-kernels.png' run.json --format png --output pictures
for picture in kernels roofline n steps; do
  python3 - "pictures/run-$picture.png" <<'PYTHON' 2>err || fail "run-$picture.png is no picture of 1000 by some 600"
import struct
import sys
head = open(sys.argv[1], "rb").read(24)
width, height = struct.unpack(">II", head[16:])
assert head[:8] == b"\x89PNG\r\n\x1a\n" and width == 1000 and 300 < height < 800
PYTHON
done
[ -z "$(find . -name '.whirl.*')" ] || fail "nothing is left behind"

# Where a picture can't be written whole, as on a full disk, the one from before stays
cp pictures/run-n.png before.png
for format in png svg gnuplot; do
  cp before.png "pictures/run-n.$format"
  (ulimit -f 1 && exec "$plot" run.json --picture n --format "$format" --output pictures) >out 2>err
  { [ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] && grep -q "can't write pictures/run-n.$format: " err; } ||
    fail "a picture that can't be written is a failure"
  cmp before.png "pictures/run-n.$format" >out 2>err || fail "a picture is replaced by one that is not whole"
  rm "pictures/run-n.$format"
done
[ -z "$(find . -name '.whirl.*')" ] || fail "nothing is left behind of a picture that can't be written"
if [ -c /dev/full ]; then
  "$plot" run.json --output pictures >/dev/full 2>err
  { [ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q "can't write to standard output: " err; } ||
    fail "names that can't be written are a failure"
  rm pictures/*.svg
fi

# What it refuses
expect 0 'Exit status' --help
expect 2 "can't read nosuch.json" nosuch.json
expect 2 'required: FILE' --format png
echo '{' >broken.json
expect 2 'is not JSON' broken.json
echo '[]' >list.json
expect 2 'is no file of results' list.json
edit run.json method.json 'rows[0]["method"] = "EOD\nset output"'
expect 2 "lacks 'method' of a kind that can be drawn" method.json
edit run.json text.json 'rows[0]["n"] = "1; shell"'
expect 2 "lacks 'n' of a kind that can be drawn" text.json
edit run.json empty.json 'rows[:] = []'
expect 2 'holds no row' empty.json
expect 2 "invalid choice: 'pie'" run.json --picture pie
expect 2 "nothing for the picture 'threads': give bench several numbers of threads" run.json --picture threads
expect 2 "nothing for the picture 'n': give bench several numbers of particles" threads.json --picture n
expect 2 'nothing was measured with so many; there are 100, 10,000' run.json --n 7
expect 2 'nothing was measured with so many; there are 1, 100, 10,000' run.json --steps 7
edit run.json still.json 'for row in rows: row.update(steps=0, gflops=None, gbytes_per_second=None)'
expect 2 "nothing for the picture 'roofline'" still.json --picture roofline
edit run.json limits.json 'del document["limits"][0]["bytes_per_second"]'
expect 2 "it lacks 'bytes_per_second'" limits.json
for wrong in 'rows[0]["seconds"]["median"] = 0' 'rows[0]["seconds"]["median"] = -1' \
  'rows[0]["seconds"]["median"] = float("nan")' 'rows[0]["seconds"]["median"] = float("inf")' 'rows[0]["n"] = 0' \
  'rows[0]["gflops"] = -1' 'rows[0]["gbytes_per_second"] = float("nan")' 'rows[0]["speedup_over_naive"] = 0' \
  'document["limits"][0]["bytes_per_second"] = {}' 'document["limits"][0]["operations_per_second"] = {}' \
  'document["results"] = {"a": 1}'; do
  edit run.json broken.json "$wrong"
  expect 2 'is no file of results that bench --json writes: it lacks' broken.json
done
python3 -c 'print("[" * 100000)' >deep.json
expect 2 'is not JSON' deep.json
expect 2 'is no whole number' run.json --n x
expect 2 "no row of the kernel 'avx3'; there are auto, naive, spiral" run.json --kernel naive,avx3
expect 2 'is no folder' run.json --output nosuch
mkdir bin
ln -s "$(python3 -c 'import sys; print(sys.executable)')" bin/python3
PATH=$PWD/bin "$plot" run.json --picture n --output pictures >out 2>err
{ [ $? -eq 1 ] && grep -q 'gnuplot is not installed; tools/setup installs it' err; } || fail "it says that gnuplot is not there"
[ ! -e pictures/run-n.svg ] || fail "a picture that failed is not there"

[ "$failures" -eq 0 ] && echo "tools/plot is as it should be"
exit $((failures > 0))

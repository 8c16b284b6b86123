#!/usr/bin/env bash
# The command line of bench: what it accepts, what it refuses and with which sentence, what it leaves behind.
# A failure here means that a user gets a wrong exit code, an unclear message or a broken file.
# Usage: bench_cli.sh PATH-OF-BENCH
set -u

bench=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# What the environment asks for would be measured instead.
unset WHIRL_KERNEL WHIRL_NUM_THREADS WHIRL_ISA_MAX WHIRL_TUNING
quick=(--repetitions 2 --min-time 0)
failures=0

fail() {
  echo "FAILED: $1"
  sed 's/^/  | /' "$folder/out" "$folder/err"
  failures=$((failures + 1))
}

# expect CODE WHAT-MUST-BE-SAID ARGUMENT...: for a code other than 0, in one line on standard error and nothing
# on standard output; for 0 on standard output, with nothing on standard error.
expect() {
  local code=$1 said=$2 got talk quiet
  shift 2
  "$bench" "$@" >"$folder/out" 2>"$folder/err"
  got=$?
  if [ "$code" -eq 0 ]; then talk=$folder/out quiet=$folder/err; else talk=$folder/err quiet=$folder/out; fi
  if [ "$got" -ne "$code" ]; then
    fail "bench $*: exit code $got instead of $code"
  elif ! grep -qF -- "$said" "$talk"; then
    fail "bench $*: does not say '$said'"
  elif [ -s "$quiet" ]; then
    fail "bench $*: talks on the wrong stream"
  elif [ "$code" -ne 0 ] && [ "$(wc -l <"$talk")" -ne 1 ]; then
    fail "bench $*: says more than one line"
  fi
}

valid_json() {
  if command -v python3 >/dev/null; then
    python3 -m json.tool "$1" >"$folder/out" 2>"$folder/err"
  else
    [ "$(head -c 1 "$1")" = "{" ] && [ "$(tail -n 1 "$1")" = "}" ]
  fi
}

# What it tells about itself
expect 0 'Usage: bench' --help
awk 'length > 80 { exit 1 }' "$folder/out" || fail "--help is wider than 80 columns"
expect 0 'bench (whirl) ' --version
expect 0 'naive' --list
expect 0 'analytic' --list
expect 0 'avx2/n:4/steps:100' --kernel all --n 4 --benchmark_list_tests

# One kernel alone
expect 0 'swapped on 1 thread: 1,000 particles, 1 step of 1e-05 in ' --kernel swapped --n 1e3 --steps 1 --once
expect 0 ' ns/particle-step, best of 3' --kernel naive --n 10 --repetitions 3 --once
expect 0 '4 steps of 1e-05 in ' --kernel spiral --n 1 --dt 3.5e-5 --once
expect 0 'auto, which is ' --kernel auto --n 10 --once
expect 0 '{"kernel": "swapped", "threads": 1, "n": 10, "steps": 0, ' --kernel omp --threads 1 --n 10 --steps 0 --once --format json
[ "$(wc -l <"$folder/out")" -eq 1 ] || fail "--once prints one line"
mv "$folder/out" "$folder/once.json"
valid_json "$folder/once.json" || fail "--once --format json prints an object"
expect 2 '--once runs one kernel: give --kernel one name' --once
expect 2 '--once runs one kernel: give --kernel one name' --once --kernel naive,swapped
expect 2 '--once runs one kernel: give --kernel one name' --once --kernel all
expect 2 '--once runs once: give one number to --n, --steps and --threads' --once --kernel naive --n 1,2
expect 2 '--once makes no use of --peers; leave it out' --once --kernel naive --peers
expect 2 '--compare OLD makes no use of --once; leave it out' --once --kernel naive --compare old.json
expect 2 '--once prints one line, or with --format json an object' --once --kernel naive --format csv
expect 2 '--once makes no use of --benchmark_filter; leave it out' --once --kernel naive --benchmark_filter=x

# What it measures
expect 0 '65,536 particles' --kernel naive --n 64Ki --steps 1 "${quick[@]}"
expect 0 '2,500 particles' --kernel naive --n 2.5k --steps 1 "${quick[@]}"
expect 0 '1,000 particles' --kernel naive --n 1e3 --steps 1 "${quick[@]}"
expect 0 'the choice is slower than the best by' --regret --n 1,1000 --steps 10
expect 0 'times slower' --trajectory --n 100 "${quick[@]}"
grep -qE '^exact +100 +100 +[0-9]+ +whirl_evolve, copied' "$folder/out" || fail "--trajectory has no row for copied frames"
grep -q WRONG "$folder/out" && fail "--trajectory: frames are wrong"
expect 0 'euler,100,7,1,trajectory,2,' --trajectory --n 100 --steps 7 --threads 1 --format csv "${quick[@]}"
expect 0 '| --- |' --trajectory --n 100 --dt 2.5e-5 --format markdown "${quick[@]}"
expect 0 'streams' --limits
expect 0 'divisions' --limits --threads 1
expect 0 'divisions' --limits --threads max
expect 0 'auto is' --kernel auto --n 10 "${quick[@]}"
expect 0 'auto at n = 20 is' --kernel all --n 10,20 "${quick[@]}"
expect 0 'omp ' --kernel swapped-omp,naive --n 10 --threads 1 "${quick[@]}"
expect 0 '3 steps of 0.1' --kernel naive,analytic --dt 0.3 --timestep 0.1 --n 10 "${quick[@]}"
expect 0 '4 steps of 0.1' --kernel naive,analytic --dt 0.35 --timestep 0.1 --n 10 "${quick[@]}"
expect 0 '0 steps' --kernel all --steps 0 --n 10 "${quick[@]}"
expect 0 'of 3 repetitions' --kernel naive --n 10 --min-time 0 --benchmark_repetitions=3
expect 0 'naive' --kernel naive,swapped --n 10 --repetitions 3 --min-time 0 --benchmark_out="$folder/google.json"
python3 - "$folder/google.json" <<'PYTHON' || fail "--benchmark_out does not hold each repetition of each row once"
import json, sys
runs = json.load(open(sys.argv[1]))["benchmarks"]
found = sorted((r["run_name"].split("/")[0], r["repetition_index"], r["repetitions"]) for r in runs)
assert found == sorted((kernel, k, 3) for kernel in ("naive", "swapped") for k in range(3)), found
assert len({r["name"] for r in runs}) == 2, runs
PYTHON
rm -f "$folder/google.json"

# Sweeps, forms, and an end before the end
expect 0 ' 10     10  naive' --kernel naive --n 1:100:x10 --steps 10,20 "${quick[@]}"
expect 0 '100     20  naive' --kernel naive --n 1:100:x10 --steps 10,20 "${quick[@]}"
expect 0 'name,kernel,n,steps,threads,repetitions,seconds_median' --kernel naive --format csv "${quick[@]}"
expect 0 '| --- | --- | ---: |' --kernel naive --format markdown --n 10 "${quick[@]}"
expect 0 '"results"' --kernel naive --format json --n 10 "${quick[@]}"
cp "$folder/out" "$folder/printed.json"
valid_json "$folder/printed.json" || fail "--format json prints no JSON"
if [ "$(nproc)" -gt 1 ]; then
  expect 0 'strong scaling' --kernel omp --threads 1:max --n 1000 "${quick[@]}"
  grep -qE '^omp +1,000 +100 +2 .* - +unsure, .* -$' "$folder/out" ||
    fail "the scaling table has no row for two threads, or is sure of two repetitions"
  grep -qE '^omp +1,000 +100 +1 .* 1\.00 .* 100$' "$folder/out" || fail "one thread has another efficiency than 100 %"
  expect 0 'verdict,scaling,scaling_low,scaling_high,efficiency' --kernel omp --threads 1,2 --n 1000 --format csv \
    --json "$folder/scaling.json" "${quick[@]}"
  python3 - "$folder/out" "$folder/scaling.json" <<'PYTHON' || fail "scaling is not the same in each form"
import csv, json, math, sys
lines = list(csv.DictReader(open(sys.argv[1])))
rows = json.load(open(sys.argv[2]))["results"]
assert len(lines) == len(rows) == 2, lines
for line, row in zip(lines, rows):  # JSON has one digit less, where that is the same number within its epsilon
    assert math.isclose(float(line["efficiency"]), row["scaling"]["efficiency"], rel_tol=1e-15), line
assert float(lines[0]["scaling"]) == 1, lines
two = rows[1]["scaling"]
assert abs(two["efficiency"] - two["speedup"] / 2) < 1e-12 and two["base_threads"] == 1, two
PYTHON
  expect 0 'weak scaling' --kernel omp --threads 1,2 --weak --n 1000 "${quick[@]}"
  grep -qE '^omp +2,000 +100 +2 ' "$folder/out" || fail "--weak gives two threads as many particles as one"
fi
# --quick gives what it has when its time is over, if not all.
"$bench" --kernel all --n 1e6 --steps 1000 --quick --json "$folder/quick.json" >"$folder/out" 2>"$folder/err"
[ $? -le 1 ] || fail "--quick does not end as it should"
if [ -s "$folder/out" ] && ! grep -q '^swapped is left out: too slow' "$folder/out"; then
  fail "--quick begins what can't end in its time"
fi
# A reader that ends early costs the table, not the file.
"$bench" --kernel naive --n 10 "${quick[@]}" --json "$folder/kept.json" 2>"$folder/err" | true
valid_json "$folder/kept.json" || fail "the JSON file is lost where nobody reads the table"
expect 1 'nothing of this can be measured in the ten seconds of --quick' --kernel naive --n 1e6 --steps 1e6 --quick
expect 0 'unsure, ' --kernel naive,swapped --n 1000 --repetitions 1 --min-time 0.01
expect 0 'time unsure' --kernel swapped --n 1000 --repetitions 1 --min-time 0.01
# A busy machine may take long until something is complete.
for seconds in 8 30 90; do
  "$bench" --kernel naive,swapped --n 1000 --repetitions 1000000 --json "$folder/interrupted.json" \
    >"$folder/out" 2>"$folder/err" &
  sleep "$seconds"
  kill -INT $! && kill -INT $! # as timeout does
  wait $!
  [ $? -eq 1 ] || fail "Ctrl-C: exit code other than 1"
  grep -q 'before anything was complete' "$folder/err" || break
done
grep -q 'interrupted when 0 of 2 rows' "$folder/err" || fail "Ctrl-C: does not say how far it was"
grep -q '^naive' "$folder/out" || fail "Ctrl-C: what is complete is not shown"
valid_json "$folder/interrupted.json" || fail "Ctrl-C: the JSON file is not complete"
grep -q '"complete":.*false' "$folder/interrupted.json" || fail "Ctrl-C: the JSON file says that all is complete"
if [ "$(nproc)" -gt 1 ]; then
  "$bench" --kernel omp,naive --threads 1,2 --n 1000 --repetitions 1000000 >"$folder/out" 2>"$folder/err" &
  sleep 8
  kill -TERM $!
  wait $!
  [ $? -eq 1 ] || fail "SIGTERM in a sweep over threads: exit code other than 1"
fi
rm -f "$folder"/*.json

# NumPy and Numba: measured and checked where they are, and no run fails for want of them
peers=(--kernel naive --peers --n 37 --dt 0.000035 "${quick[@]}")
expect 0 'naive ' "${peers[@]}"
for peer in python-numpy python-numba python-numba-prange; do
  grep -qE "^$peer  .* [0-9.]+e-[0-9]+$" "$folder/out" || fail "$peer is not measured and checked"
done
"$bench" "${peers[@]}" >&- 2>"$folder/err"
{ [ $? -eq 1 ] && grep -q "can't write to standard output" "$folder/err"; } || fail "a table that nobody can see is no failure"
mkdir "$folder/modules"
export PYTHONPATH=$folder/modules PYTHONDONTWRITEBYTECODE=1
module() { cat >"$folder/modules/$1.py"; }
module numba <<<'raise ModuleNotFoundError("none", name="numba")'
expect 0 'python-numba is left out: Python has no numba, which is in the package python3-numba' "${peers[@]}"
grep -q '^python-numpy  ' "$folder/out" || fail "NumPy is not measured where Numba is missing"
module numba <<<'raise ImportError("numba is too new\nfor this NumPy")'
expect 0 'python-numba-prange is left out: ImportError: numba is too new' "${peers[@]}"
# A loop that does nothing, and one that ends Python
module numba <<'PYTHON'
prange, set_num_threads = range, print
njit = lambda *function, **options: (lambda *arguments: None) if function else njit
PYTHON
"$bench" "${peers[@]}" >"$folder/out" 2>"$folder/err"
[ $? -eq 1 ] || fail "a wrong result of Python's: exit code other than 1"
grep -q 'python-numba, n = 37: the result is wrong' "$folder/err" || fail "a wrong result of Python's is not told"
module numba <<'PYTHON'
import os
prange, set_num_threads = range, print
njit = lambda *function, **options: (lambda x, *arguments: len(x) == 37 and os.kill(os.getpid(), 9)) if function else njit
PYTHON
"$bench" "${peers[@]}" --json "$folder/failed.json" >"$folder/out" 2>"$folder/err"
[ $? -eq 1 ] || fail "a Python that ends: exit code other than 1"
grep -q 'python-numba: Python was ended by signal 9' "$folder/err" || fail "a Python that ends is not told of"
grep -q '"failed":.*true' "$folder/failed.json" || fail "the JSON file does not tell a failed row from one that can't run"
rm "$folder/failed.json"
module numpy <<<'raise ModuleNotFoundError("none", name="numpy")'
expect 0 'python-numba is left out: Python has no numpy, which is in the package python3-numpy' "${peers[@]}"
unset PYTHONPATH
rm -r "$folder/modules"
program=$bench bench=$folder/without_python
printf '#!/bin/sh\nPATH=/nowhere exec "%s" "$@"\n' "$program" >"$bench"
chmod +x "$bench"
expect 0 'python-numpy is left out: there is no python3 here, which is in the package python3' "${peers[@]}"
bench=$program
rm "$folder/without_python"
# Python ends with bench, however that ends, also from within a loop that would last for days.
started_by() { tr -d ' ' <"/proc/$1/task/$1/children"; }
for signal in INT KILL; do
  "$bench" "${peers[@]}" --n 1000000 --timestep 1e-18 --benchmark_filter=python >"$folder/out" 2>"$folder/err" &
  benched=$!
  for _ in $(seq 300); do
    [ -z "$(started_by $benched)" ] || break
    sleep 0.1
  done
  sleep 5
  started=$(started_by $benched) # perhaps after one that lacks Numba
  kill -$signal $benched
  wait $benched 2>/dev/null
  for _ in $(seq 300); do
    [ -e "/proc/$started" ] || break
    sleep 0.1
  done
  { [ -n "$started" ] && [ ! -e "/proc/$started" ]; } || fail "Python lives on after SIG$signal"
done

# What it refuses
expect 2 'and no JSON' --trajectory --format json
expect 2 '1,000,000,000,000 particles are too many' --trajectory --n 1e12
expect 2 'there are naive, ' --kernel nosuch
expect 2 '--n 1,2,: give' --n 1,2,
expect 2 '--steps max: give' --steps max
expect 2 "called ''" --kernel naive,
for n in 0 -5 abc 1.5 nan 0x10 '' 10,0 1e3x max 1:2000:+1; do
  expect 2 'give a whole number above 0' --n "$n"
done
for sweep in 1:10:3 10:1 1: 1:10:x1 0:10; do
  expect 2 'or a sweep such as' --n "$sweep"
done
expect 2 'or a sweep such as' --steps 1:x
expect 2 'max, or a sweep' --threads 1:none
expect 2 'give table, markdown, csv or json' --format xml
expect 2 'give --threads' --weak
expect 2 'needs 24 TB; ' --n 5e11
expect 2 ' are free' --n 1000,5e11
expect 2 'fewer than 2^63' --n 1e30
for timestep in nan 0 -1 inf x ''; do
  expect 2 'give a finite number above 0' --timestep "$timestep"
done
for dt in nan -1 inf x; do
  expect 2 'give a finite number not below 0' --dt "$dt"
done
expect 2 'more than 2^53 steps' --dt 1e300
expect 2 'from 0 to 2^53' --steps 1e17
expect 2 'from 0 to 2^53' --steps -1
expect 2 'give one of them' --steps 3 --dt 1
expect 2 'give a whole number from 1' --threads 0
expect 2 'give 1 to ' --threads 60000
expect 2 'give 1 to ' --limits --threads 60000
expect 2 'give a whole number from 1' --repetitions 0
expect 2 'give a whole number from 1' --benchmark_repetitions=0
expect 2 'not below 0' --min-time -1
expect 2 'from 0 to 18446744073709551615' --seed -1
expect 2 'no such option' --nosuch
expect 2 'no such option' --benchmark_nosuch=1
expect 2 'needs a value' --n
expect 2 'every argument is an option' stray
expect 2 'selects nothing' --n 10 --benchmark_filter=nosuch
expect 2 '--json FILE' --benchmark_format=json
expect 2 'is always JSON' --benchmark_out=x --benchmark_out_format=csv
expect 2 'holds each repetition' --benchmark_report_aggregates_only=true
expect 2 'not supported' --benchmark_perf_counters=CYCLES
expect 2 'holds one amount of work' --n 1,2 --benchmark_out="$folder/google.json"
# What would be ignored
for ignored in --kernel=naive --peers --dt=1 --threads=1 --weak --repetitions=3 --min-time=1 --quick --json=x --format=csv \
  --limits --list --benchmark_filter=naive; do
  expect 2 "--regret makes no use of ${ignored%%=*}; leave it out" --regret "$ignored"
done
for ignored in --kernel=naive --peers --n=1 --steps=1 --dt=1 --timestep=1 --weak --seed=1 --quick --format=csv --list; do
  expect 2 "--limits makes no use of ${ignored%%=*}; leave it out" "$ignored" --limits
done
for ignored in --n=1 --threads=1 --seed=1 --json=x --format=json --benchmark_out=x; do
  expect 2 "--list makes no use of ${ignored%%=*}; leave it out" --list "$ignored"
done
expect 2 '--regret makes no use of --repetitions' --regret --benchmark_repetitions=3
expect 0 'Usage: bench' --regret --kernel naive --help
export WHIRL_KERNEL=nosuch
expect 2 'WHIRL_KERNEL' --kernel naive,auto --n 10 "${quick[@]}"
unset WHIRL_KERNEL
export WHIRL_NUM_THREADS=x
expect 2 'WHIRL_NUM_THREADS' --list
unset WHIRL_NUM_THREADS

# The JSON file: whole or not at all, told before anything is measured
huge=(--n 1000000 --steps 1000000000) # would take days
expect 2 "can't write" "${huge[@]}" --json "$folder/nosuch/result.json"
expect 2 "can't write" "${huge[@]}" --json "$folder"
expect 2 "can't write" --limits --json "$folder/nosuch/limits.json"
expect 2 'name of a file' "${huge[@]}" --json ''
expect 2 "can't write" "${huge[@]}" --benchmark_out="$folder/nosuch/google.json"
echo old >"$folder/result.json"
expect 2 'there are naive' --kernel nosuch --json "$folder/result.json"
[ "$(cat "$folder/result.json")" = old ] || fail "a run that is refused keeps the file that is there"
ln -s result.json "$folder/link.json"
expect 0 'naive' --kernel all --n 10,20 "${quick[@]}" --seed 18446744073709551615 --json "$folder/link.json"
cp "$folder/out" "$folder/table"
valid_json "$folder/result.json" || fail "the JSON file is no JSON"
[ -L "$folder/link.json" ] || fail "a symbolic link to the JSON file stays one"
for field in cpu features cores cpu_quota numa_nodes cache_bytes version compiler flags timestep kernel \
  method numeric_class threads n steps min median mad max repetitions ns_per_particle_step ns_per_particle \
  speedup_over_naive gflops gbytes_per_second max_relative_error chosen reason limits operations_per_second \
  chained_steps_per_second bytes_per_second limit share; do
  grep -q "\"$field\":" "$folder/result.json" || fail "the JSON file has no $field"
done
consistent() {
  python3 - "$1" "$folder/table" <<'PYTHON'
import json
import sys

document = json.load(open(sys.argv[1]))
table = open(sys.argv[2]).read()
naive = {(r["n"], r["steps"]): r for r in document["results"] if r["kernel"] == "naive"}
near = lambda a, b: abs(a - b) <= 1e-9 * abs(b)
beyond = {r["kernel"] for r in document["results"] if "skipped" not in r and r["limit"]["share"] > 1}
for r in document["results"]:
    if "skipped" in r:
        continue
    s = r["seconds"]
    assert 0 < s["min"] <= s["median"] <= s["max"], r
    assert 0 <= s["mad"] <= s["max"] - s["min"], r
    assert s["repetitions"] == 2, r
    assert near(r["ns_per_particle"], 1e9 * s["median"] / r["n"]), r
    assert near(r["ns_per_particle_step"], r["ns_per_particle"] / r["steps"]), r
    assert s["median_interval"]["low"] <= s["median"] <= s["median_interval"]["high"], r
    ratios = sorted(a / b for a, b in zip(naive[r["n"], r["steps"]]["seconds"]["samples"], s["samples"]))
    assert near(r["speedup_over_naive"], (ratios[0] + ratios[1]) / 2), r
    assert 0 < r["gflops"] and 0 < r["gbytes_per_second_limit"], r
    assert near(r["limit"]["share"], r["limit"]["seconds"] / s["median"]), r
    explained = f"\n{r['kernel']} was faster than its limit" in table
    assert (r["kernel"] in beyond) == explained and 0 < r["limit"]["share"] < 2, r
limits = {l["threads"]: l for l in document["limits"]}
alone, together = limits[1], limits[document["machine"]["max_threads"]]
for l in alone, together:
    for isa in l["operations_per_second"].values():
        assert all(isa[operation] > 0 for operation in ("multiplies", "multiplies_and_additions", "divides", "square_roots")), l
    assert 0 < l["chained_steps_per_second"] and 0 < l["bytes_per_second"]["memory"], l
PYTHON
}
consistent "$folder/result.json" >"$folder/out" 2>"$folder/err" || fail "the JSON file's numbers contradict each other"
grep -q '"seed":.*18446744073709551615' "$folder/result.json" || fail "the JSON file rounds the seed"
"$bench" "${huge[@]}" --kernel naive --json "$folder/killed.json" >"$folder/out" 2>"$folder/err" &
sleep 0.5
kill -TERM $!
wait $! 2>/dev/null
left=$(cd "$folder" && find . -type f ! -name out ! -name err ! -name result.json ! -name table)
[ -z "$left" ] || fail "a run that is ended leaves something behind: $left"
if [ -c /dev/full ]; then
  "$bench" --kernel naive --n 10 "${quick[@]}" >/dev/full 2>"$folder/err"
  [ $? -eq 1 ] || fail "a table that can't be written is a failure"
  "$bench" --help >/dev/full 2>"$folder/err"
  [ $? -eq 1 ] || fail "a help text that can't be written is a failure"
fi

[ "$failures" -eq 0 ] && echo "bench's command line is as it should be"
exit $((failures > 0))

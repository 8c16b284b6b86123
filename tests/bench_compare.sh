#!/usr/bin/env bash
# bench --compare: what it says of two files and of a file and a run, what it refuses, and with which exit status.
# A failure here means that a slower kernel passes unnoticed, or that a fair run is called slower.
# Usage: bench_compare.sh PATH-OF-BENCH
set -u

bench=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset WHIRL_KERNEL WHIRL_NUM_THREADS WHIRL_ISA_MAX WHIRL_TUNING
quick=(--repetitions 7 --min-time 0)
failures=0

fail() {
  echo "FAILED: $1"
  sed 's/^/  | /' "$folder/out" "$folder/err"
  failures=$((failures + 1))
}

# expect CODE STREAM WHAT-MUST-BE-SAID ARGUMENT...: STREAM is out or err.
expect() {
  local code=$1 stream=$2 said=$3 got
  shift 3
  "$bench" "$@" >"$folder/out" 2>"$folder/err"
  got=$?
  if [ "$got" -ne "$code" ]; then
    fail "bench $*: exit code $got instead of $code"
  elif ! grep -qE -- "$said" "$folder/$stream"; then
    fail "bench $*: does not say '$said'"
  elif [ "$code" -eq 0 ] && [ -s "$folder/err" ]; then
    fail "bench $*: succeeds, and complains"
  elif [ "$code" -eq 2 ] && { [ -s "$folder/out" ] || [ "$(wc -l <"$folder/err")" -ne 1 ]; }; then
    fail "bench $*: refuses with more than one sentence"
  fi
}

# edit OLD NEW STATEMENTS: a file of results, changed. time(kernel, factor) sets a kernel's repetitions to times that
# differ by 0.1 % from each other.
edit() {
  python3 - "$folder/$1" "$folder/$2" "$3" <<'PYTHON'
import json
import sys

document = json.load(open(sys.argv[1]))


def time(kernel, factor):
    for row in document["results"]:
        if row["kernel"] == kernel:
            row["seconds"]["samples"] = [factor * (1e-3 + 1e-6 * i) for i in range(7)]


exec(sys.argv[3])
json.dump(document, open(sys.argv[2], "w"))
PYTHON
}

"$bench" --kernel naive,swapped --n 10,20 --steps 3 --seed 7 "${quick[@]}" --json "$folder/run.json" \
  >"$folder/out" 2>"$folder/err" || fail "there is no file to compare with"
edit run.json old.json 'time("naive", 1); time("swapped", 1)'
edit old.json same.json ''
edit old.json slower.json 'time("swapped", 1.12)'
edit old.json faster.json 'time("swapped", 0.5)'

# Two files
expect 0 out 'naive +10 +3 +1 .* 1\.000 +0\.99[0-9] to 1\.00[0-9] .* same$' --compare "$folder/old.json" "$folder/same.json"
expect 1 err 'swapped, n = 20, 3 steps, 1 thread: slower by 12' --compare "$folder/old.json" "$folder/slower.json"
[ "$(wc -l <"$folder/err")" -eq 2 ] || fail "each row that became slower is named, and no other"
grep -q 'naive.* same$' "$folder/out" || fail "a row that stayed the same is said to have"
grep -q 'swapped.* SLOWER$' "$folder/out" || fail "a row that became slower is marked"
expect 0 out 'swapped .* faster$' --compare "$folder/old.json" "$folder/faster.json"
expect 0 out 'swapped .* same$' --compare "$folder/old.json" "$folder/slower.json" --fail-above 15%
expect 1 out 'SLOWER' --compare "$folder/old.json" "$folder/slower.json" --fail-above=11%
expect 0 out "swapped .* slower, can't tell how much\$" --compare "$folder/old.json" "$folder/slower.json" --fail-above 12%
edit old.json few.json 'document["results"] = document["results"][1:]
for row in document["results"]: row["seconds"]["samples"] = row["seconds"]["samples"][:2]'
expect 0 out 'swapped .* too few repetitions$' --compare "$folder/old.json" "$folder/few.json"
expect 0 out '^only in the old run: naive, n = 10, 3 steps' --compare "$folder/old.json" "$folder/few.json"
expect 0 out '^only in the new run: naive, n = 10, 3 steps' --compare "$folder/few.json" "$folder/old.json"

edit old.json failed.json 'gone = document["results"].pop()
document["results"].append({key: gone[key] for key in ("kernel", "n", "steps")} | {"skipped": "it failed: why", "failed": True})'
expect 1 err 'failed.json: swapped, n = 20, 3 steps: it failed: why$' --compare "$folder/old.json" "$folder/failed.json"
expect 0 out 'only in the new run: swapped, n = 20' --compare "$folder/failed.json" "$folder/old.json"

if ! "$bench" --compare "$folder/old.json" "$folder/few.json" --format csv >"$folder/out" 2>"$folder/err" ||
  ! grep -q '^bench: only in the old run: naive, n = 10, 3 steps' "$folder/err"; then
  fail "comma-separated values hide a row that is gone"
fi
expect 0 out '"only_old"' --compare "$folder/old.json" "$folder/few.json" --format json
python3 - "$folder/out" <<'PYTHON' || fail "JSON does not tell which rows one run lacks"
import json, sys
document = json.load(open(sys.argv[1]))
assert [row["kernel"] for row in document["only_old"]] == ["naive"] and document["only_new"] == [], document
PYTHON
edit old.json spiral.json 'document["results"][0]["chosen"] = {"kernel": "spiral"}'
edit old.json newton.json 'document["results"][0]["chosen"] = {"kernel": "newton-avx2"}; time("naive", 2)'
expect 1 err 'naive \(spiral, then newton-avx2\), n = 10, 3 steps, 1 thread: slower by' --compare "$folder/spiral.json" "$folder/newton.json"
grep -q '^naive (spiral, then newton-avx2) ' "$folder/out" || fail "the table doesn't tell that another kernel was chosen"

# A file and itself, where a kernel stands in several groups and took another time in each
edit old.json groups.json 'import copy
document["results"] += copy.deepcopy(document["results"])
for i, row in enumerate(document["results"]):
    row["seconds"]["samples"] = [(1 + i) * sample for sample in row["seconds"]["samples"]]'
expect 0 out 'swapped +20 .* same$' --compare "$folder/groups.json" "$folder/groups.json"
[ "$(grep -c ' same$' "$folder/out")" -eq 8 ] || fail "each row of a file is the same as itself"
! grep -q '^only in' "$folder/out" || fail "a file lacks none of its own rows"

# A wrong result is no base for a verdict, whichever run has it and whether or not the other has the row.
edit old.json wrong.json 'document["results"][0]["wrong"] = "particle 3 is off by 1"'
expect 1 err "^bench: $folder/wrong.json: naive, n = 10, 3 steps, 1 thread: the result is wrong: particle 3 is off by 1\$" \
  --compare "$folder/old.json" "$folder/wrong.json"
[ "$(wc -l <"$folder/err")" -eq 1 ] || fail "each wrong row is named, and no other"
[ "$(grep -c ' WRONG$' "$folder/out")" -eq 1 ] || fail "a wrong row is marked, and no other"
expect 1 out 'naive +10 .* WRONG$' --compare "$folder/wrong.json" "$folder/old.json"
expect 1 err 'wrong.json: naive, n = 10, .* wrong' --compare "$folder/few.json" "$folder/wrong.json"
expect 1 out '^naive,10,3,1,1,.*,wrong$' --compare "$folder/wrong.json" "$folder/old.json" --format csv

# A run that ended early
edit old.json ended.json 'document["complete"] = False'
expect 0 out '^old: .*; ended before all was measured$' --compare "$folder/ended.json" "$folder/old.json"
[ "$(grep -c 'ended before' "$folder/out")" -eq 1 ] || fail "a run that is complete is not said to have ended early"
expect 0 out '"new_complete":.*false' --compare "$folder/old.json" "$folder/ended.json" --format json

# In other formats
expect 1 out '^\| swapped \| 10 \|' --compare "$folder/old.json" "$folder/slower.json" --format markdown
expect 1 out '^swapped,10,3,1,1,0\.00.*,slower$' --compare "$folder/old.json" "$folder/slower.json" --format csv
expect 1 out '"verdict":.*"slower"' --compare "$folder/old.json" "$folder/slower.json" --format json
python3 -m json.tool "$folder/out" >/dev/null 2>"$folder/err" || fail "--format json prints no JSON"

# A file and a run: the file's work, unless other is asked for
edit old.json hours.json 'time("naive", 1e6); time("swapped", 1e6)'
edit old.json nothing.json 'time("naive", 1e-9); time("swapped", 1e-9)'
expect 0 out 'swapped +20 +3 .* faster$' --compare "$folder/hours.json" "${quick[@]}"
expect 1 err 'naive, n = 10, 3 steps, 1 thread: slower by' --compare "$folder/nothing.json" "${quick[@]}"
expect 0 out 'naive +20 ' --compare "$folder/hours.json" --n 20 "${quick[@]}" --json "$folder/new.json"
grep -q '^only in the old run: naive, n = 10' "$folder/out" || fail "a row that is not measured again is told"
grep -q '"--seed=7"' "$folder/new.json" || fail "the run's own file tells the work that it took over"

# What can't be compared
edit old.json machine.json 'document["machine"]["cores"] += 1'
edit old.json seed.json 'document["workload"]["seed"] += 1'
edit old.json dt.json 'document["workload"]["dt"] = 0.1'
expect 2 err 'different machines: cores is [0-9]+ in the one and [0-9]+ in the other; --anyway' \
  --compare "$folder/old.json" "$folder/machine.json"
expect 2 err 'different machines' --compare "$folder/machine.json" "${quick[@]}"
expect 0 out 'same$' --compare "$folder/old.json" "$folder/machine.json" --anyway
edit machine.json both.json 'document["machine"]["cpu"] = "another"; document["workload"]["dt"] = 0.1'
expect 0 out '^the runs are from different machines: cores is [0-9]+ in the one and [0-9]+ in the other$' \
  --compare "$folder/old.json" "$folder/both.json" --anyway
grep -q '^the runs are from different machines: cpu is ".*" in the one and "another" in the other$' "$folder/out" ||
  fail "--anyway tells each difference between machines"
grep -q '^the runs did different work: dt is not told in the one and 0.1 in the other$' "$folder/out" ||
  fail "--anyway tells what the work differs in"
[ "$(grep -c '^the runs ' "$folder/out")" -eq 3 ] || fail "--anyway tells of nothing that is the same"
expect 0 out 'did different work: dt is' --compare "$folder/old.json" "$folder/both.json" --anyway --format json
expect 2 err 'different work: seed is 7 in the one and 8' --compare "$folder/old.json" "$folder/seed.json"
expect 2 err 'different work: dt is not told in the one and 0.1' --compare "$folder/old.json" "$folder/dt.json"
expect 2 err 'different work: seed' --compare "$folder/old.json" --seed 8
expect 2 err 'other numbers of particles or steps' --compare "$folder/old.json" --steps 4
edit old.json others.json 'document["results"] = []'
expect 2 err 'no row in common' --compare "$folder/old.json" "$folder/others.json"

# What is no file of results
expect 2 err "can't read .*nosuch" --compare "$folder/nosuch"
expect 2 err "can't read .*: Is a directory" --compare "$folder"
expect 2 err "can't read .*nosuch" --compare "$folder/old.json" "$folder/nosuch"
echo '{"results": [' >"$folder/broken.json"
expect 2 err 'it is not JSON' --compare "$folder/broken.json"
echo '{}' >"$folder/empty.json"
expect 2 err 'lacks the machine' --compare "$folder/empty.json"
edit old.json samples.json 'del document["results"][0]["seconds"]["samples"]'
expect 2 err '2001: too many to compare; give up to 2000' --compare "$folder/old.json" --repetitions 2001
{ cat "$folder/old.json" && printf '\0rubbish'; } >"$folder/nul.json"
expect 2 err 'holds a NUL byte' --compare "$folder/nul.json" "$folder/old.json"
expect 2 err 'give a percentage' --compare "$folder/old.json" "$folder/old.json" --fail-above 0x5%
expect 2 err 'lacks the seconds of its repetitions' --compare "$folder/samples.json"
edit old.json many.json 'document["results"][0]["seconds"]["samples"] *= 1000'
expect 2 err '7000 repetitions are too many to compare' --compare "$folder/many.json"
edit old.json writes.json 'document["workload"]["arguments"].append("--json='"$folder"'/written.json")'
expect 2 err "'--json=.*' doesn't say which work was measured" --compare "$folder/writes.json"
[ ! -e "$folder/written.json" ] || fail "a file of results may not make bench write files"

# What the options refuse
expect 2 err 'needs a value' --compare
expect 2 err '--compare OLD makes no use of --list; leave it out' --compare "$folder/old.json" --list
expect 2 err '--compare OLD NEW makes no use of --n; leave it out' --compare "$folder/old.json" "$folder/same.json" --n 4
expect 2 err 'every argument is an option' --compare "$folder/old.json" "$folder/same.json" "$folder/same.json"
expect 2 err 'goes with --compare' --fail-above 5%
expect 2 err 'goes with --compare' --anyway
for percentage in 5 0.05 x% -5% nan% ''; do
  expect 2 err 'give a percentage' --compare "$folder/old.json" "$folder/same.json" --fail-above "$percentage"
done
if [ -c /dev/full ]; then
  "$bench" --compare "$folder/old.json" "$folder/same.json" >/dev/full 2>"$folder/err"
  [ $? -eq 1 ] || fail "a comparison that can't be written is a failure"
fi

[ "$failures" -eq 0 ] && echo "bench --compare is as it should be"
exit $((failures > 0))

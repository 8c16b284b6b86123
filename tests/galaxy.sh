#!/usr/bin/env bash
# The example galaxy: what it prints, that it is the same whatever runs it, and what it refuses.
# A failure here means that the walk through it in docs/embedding.md promises what does not hold.
# Usage: galaxy.sh PATH-OF-GALAXY
# shellcheck disable=SC2016 # the dollars are awk's
set -u

galaxy=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# What the environment asks for would run instead.
unset WHIRL_KERNEL WHIRL_NUM_THREADS WHIRL_ISA_MAX OMP_NUM_THREADS OMP_THREAD_LIMIT
# Neither whole blocks nor whole cache lines, and a last report that is not at a hundred.
small=(--stars 20011 --steps 120)
failures=0

fail() {
  echo "FAILED: $1"
  sed 's/^/  | /' "$folder/out" "$folder/err"
  failures=$((failures + 1))
}

# run CODE ARGUMENT...: its output is in $folder/out and $folder/err.
run() {
  local code=$1 got
  shift
  "$galaxy" "$@" >"$folder/out" 2>"$folder/err"
  got=$?
  [ "$got" -eq "$code" ] || fail "galaxy $*: exit code $got instead of $code"
}

# refuse WHAT-MUST-BE-SAID ARGUMENT...: bad usage, told in one line.
refuse() {
  local said=$1
  shift
  run 2 "$@"
  grep -qF -- "$said" "$folder/err" || fail "galaxy $*: does not say '$said'"
  [ "$(wc -l <"$folder/err")" -eq 1 ] || fail "galaxy $*: does not say one line"
  [ -s "$folder/out" ] && fail "galaxy $*: talks on standard output"
}

# same WHAT NAME: the run before gave the same data as the one that is kept under this name.
same() {
  cmp -s "$folder/out" "$folder/$2" || fail "$1 changes the data"
}

# holds WHAT PROGRAM: the awk program, which may use `rows`, ends with success on the data.
holds() {
  awk "!/^#/ { rows++ } $2" "$folder/out" || fail "it does not hold that $1"
}

# The same data whatever the threads and the instruction set
export OMP_NUM_THREADS=1
run 0 "${small[@]}"
grep -q 'on 1 thread:' "$folder/err" || fail "it does not tell what whirl chose"
mv "$folder/out" "$folder/bar"
for threads in 2 3; do
  OMP_NUM_THREADS=$threads run 0 "${small[@]}"
  same "running on $threads threads" bar
done
WHIRL_ISA_MAX=baseline run 0 "${small[@]}"
same "a CPU without SIMD kernels" bar
run 0 "${small[@]}" --seed 2
cmp -s "$folder/out" "$folder/bar" && fail "the seed makes no difference"

# What the data say
cp "$folder/bar" "$folder/out"
holds "the data are three rows of six finite numbers" \
  '!/^#/ { for (i = 1; i <= 6; i++) bad += $i !~ /^[0-9.e+-]+$/; bad += NF != 6; bad += $1 != (rows == 3 ? 120 : 100 * (rows - 1)) }
   END { exit bad > 0 || rows != 3 }'
holds "the stars are spread evenly over radii from 1 to 5" \
  'rows == 1 && ($3 < 2.95 || $3 > 3.05 || $4 < 1.13 || $4 > 1.18) { bad++ } END { exit bad > 0 || rows == 0 }'
holds "the bar gives the stars radial speed, more and more while it grows" \
  '!/^#/ { bad += rows == 1 ? $6 != 0 : $6 <= last; last = $6 } END { exit bad > 0 || last < 1e-4 || last > 0.1 }'

# Without a bar each star is where the model says, to rounding
for threads in 1 2; do
  OMP_NUM_THREADS=$threads run 0 "${small[@]}" --no-bar
  holds "r^2 grows by h^2 in each step" \
    '/largest relative deviation/ { found++; bad += !($NF ~ /^[0-9.]+(e-[0-9]+)?$/ && $NF < 1e-12) }
     END { exit bad > 0 || found != 1 }'
  holds "stars at speed 1 have the angular momentum r, and no radial speed" \
    '!/^#/ { bad += $5 != $3 || $6 != 0 } END { exit bad > 0 || rows != 3 }'
done
cmp -s "$folder/out" "$folder/bar" && fail "the bar makes no difference"

# Its ends
run 0 --stars 1 --steps 0
holds "a single star has no spread" 'rows == 1 { bad += $4 != 0 } END { exit bad > 0 || rows != 1 }'
run 0 --help
grep -q '^Usage: galaxy' "$folder/out" || fail "--help says no usage"
run 0 --version
grep -q '^galaxy (whirl) ' "$folder/out" || fail "--version says no version"
refuse 'whole number from 1 ' --stars 0
for number in -5 1.5 1e6 ' 7' 0x10 99999999999999999999 ''; do
  refuse 'whole number from 1 to 1000000000000' --stars "$number"
done
refuse 'whole number from 0 ' --steps -1
refuse 'whole number from 0 to 18446744073709551615' --seed 18446744073709551616
run 0 --stars 1 --steps 0 --seed 18446744073709551615
refuse nosuch --nosuch
refuse stars --stars
refuse 'every argument is an option' stray

# What whirl has to say comes through the log callback and the status
WHIRL_KERNEL=nosuch run 1 "${small[@]}"
grep -q 'error: WHIRL_KERNEL names "nosuch"' "$folder/err" || fail "the log's error is not shown"
grep -q 'galaxy: no dispatcher: ' "$folder/err" || fail "the status is not shown"
WHIRL_NUM_THREADS=4096 run 0 --stars 100 --steps 1
grep -q 'warning: WHIRL_NUM_THREADS asks for 4096 threads' "$folder/err" || fail "the log's warning is not shown"
if [ -c /dev/full ]; then
  "$galaxy" --stars 1 --steps 1 >/dev/full 2>"$folder/err"
  [ $? -eq 1 ] || fail "data that can't be written are a failure"
fi

[ "$failures" -eq 0 ] && echo "galaxy is as it should be"
exit $((failures > 0))

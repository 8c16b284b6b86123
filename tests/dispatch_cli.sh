#!/usr/bin/env bash
# whirl-tune and whirl-info as a user meets them: a machine is measured, the file is obeyed, and what is wrong with a
# file, the environment or the command line is told in one sentence.
# Usage: dispatch_cli.sh PATH-OF-WHIRL-TUNE PATH-OF-WHIRL-INFO [PATH-OF-SLOW-TEAM]
set -u

tune=$1 info=$2 slow_team=${3:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# What the environment asks for would be shown instead.
unset WHIRL_KERNEL WHIRL_NUM_THREADS WHIRL_ISA_MAX WHIRL_TUNING
export HOME=$folder/home XDG_CONFIG_HOME=$folder/config XDG_CONFIG_DIRS=$folder/system
mkdir "$HOME"
failures=0

fail() {
  echo "FAILED: $1"
  sed 's/^/  | /' "$folder/out" "$folder/err"
  failures=$((failures + 1))
}

# expect CODE WHAT-MUST-BE-SAID PROGRAM ARGUMENT...: for code 2 in one line on standard error and nothing on standard
# output, otherwise on standard output.
expect() {
  local code=$1 said=$2 got talk=$folder/out
  shift 2
  "$@" >"$folder/out" 2>"$folder/err"
  got=$?
  [ "$code" -eq 0 ] || talk=$folder/err
  if [ "$got" -ne "$code" ]; then
    fail "${*##*/}: exit code $got instead of $code"
  elif ! grep -qF -- "$said" "$talk"; then
    fail "${*##*/}: does not say '$said'"
  elif [ "$code" -eq 2 ] && [ -s "$folder/out" ]; then
    fail "${*##*/}: writes to standard output"
  fi
}

expect 0 'Usage: whirl-tune' "$tune" --help
expect 0 'whirl-tune (whirl) ' "$tune" --version
expect 0 'Usage: whirl-info' "$info" --help
expect 0 'whirl-info (whirl) ' "$info" --version

# Runs whirl-tune until nothing else runs beside it.
# shellcheck disable=SC2317 # expect calls it
tune_quietly() {
  for _ in 1 2 3 4 5; do
    "$tune" "$@" && return
    grep -q 'something else was running, and nothing is written' "$folder/err" || return 1
    sleep 1
  done
  return 1
}

# Before anything is measured
expect 0 'there is no tuning file' "$info"
expect 0 'by the built-in cost model' "$info" --n 1000 --steps 10
expect 0 'runs here' env WHIRL_KERNEL= "$info"
[ "$(uname -m)" != x86_64 ] || grep -qE '^features.*avx512f' "$folder/out" || grep -q 'lacks ' "$folder/out" ||
  fail "whirl-info does not say what kernels lack"
expect 0 'kernel named by WHIRL_KERNEL' env WHIRL_KERNEL=naive "$info"

# Measured, where XDG says
expect 0 "$folder/config/whirl/tuning is written" tune_quietly
file=$folder/config/whirl/tuning
expect 0 "the costs in $file" "$info"
expect 0 'by what was measured here' "$info" --n 1000 --steps 10
expect 0 'WHIRL_TUNING is "none", so the built-in costs are used' env WHIRL_TUNING=none "$info"
for kernel in naive swapped spiral analytic; do
  grep -qx "kernel $kernel" "$file" || fail "whirl-tune leaves out $kernel"
done
# What noise there is between numbers of steps would be carried to millions of them.
awk '$1 == "kernel" {closed = $2 ~ /^(spiral|analytic)/; rows = 0}
  closed && NF == 6 {rows++; if ($1 != $6) bad = 1} END {exit bad || rows == 0}' "$file" ||
  fail "a closed form's time depends on the number of steps"
left=$(find "$folder/config" -type f ! -name tuning)
[ -z "$left" ] || fail "whirl-tune leaves something behind: $left"

# What an environment with one thread can't measure would be read by programs with all of them.
if ! grep -qx 'thread 312500' "$file"; then
  OMP_NUM_THREADS=1 expect 0 'is written' tune_quietly --output "$folder/one-thread"
  grep -qx 'thread 312500' "$folder/one-thread" && fail "whirl-tune makes a team's cost up where OMP_NUM_THREADS is 1"
fi

# For all users, and by name
mkdir -p "$folder/system/whirl"
mv "$file" "$folder/system/whirl/tuning"
expect 0 "the costs in $folder/system/whirl/tuning" "$info"
mkdir "$file" # one of the user's own that can't be read
expect 0 "the costs in $folder/system/whirl/tuning" "$info"
expect 0 "the tuning file $file can't be read (Is a directory), so the next one is looked at" "$info"
rmdir "$file"
mv "$folder/system/whirl/tuning" "$folder/named"
expect 0 "the costs in $folder/named" env WHIRL_TUNING="$folder/named" "$info"

# Not of this machine, or not what was written
sed 's/^cpu .*/cpu Another CPU/' "$folder/named" >"$folder/edited"
expect 0 'warning    the tuning file' env WHIRL_TUNING="$folder/edited" "$info"
expect 0 'is damaged' env WHIRL_TUNING="$folder/edited" "$info"
head -n 20 "$folder/named" >"$folder/cut"
expect 0 'is damaged; so the built-in costs are used; whirl-tune measures this machine' \
  env WHIRL_TUNING="$folder/cut" "$info"
expect 0 'No such file' env WHIRL_TUNING="$folder/nosuch" "$info"

# A file without the kernels that would give an answer: as where all of them were found to be wrong
# What a tuning file would be with other text, as whirl-tune would have written it
# rewritten FILE PATTERN REPLACEMENT
rewritten() {
  python3 - "$@" <<'PYTHON'
import re
import sys

text, changes = re.subn(sys.argv[2], sys.argv[3], open(sys.argv[1]).read(), flags=re.MULTILINE)
assert changes > 0, sys.argv[2]
text = text[:text.rindex("checksum")]
hashed = 0xcbf29ce484222325
for byte in text.encode():
    hashed = (hashed ^ byte) * 0x100000001b3 % 2**64
print(f"{text}checksum {hashed:016x}")
PYTHON
}
rewritten "$folder/named" '^kernel analytic.*\n(?:[^kc].*\n)*' '' >"$folder/no-analytic"
expect 0 "the costs in $folder/no-analytic" env WHIRL_TUNING="$folder/no-analytic" "$info"
expect 0 'the tuning file has no kernel that gives the answer that is asked for' \
  env WHIRL_TUNING="$folder/no-analytic" "$info"
expect 0 'WHIRL_KERNEL names analytic, which the tuning file leaves out; ' \
  env WHIRL_TUNING="$folder/no-analytic" WHIRL_KERNEL=analytic "$info"
rewritten "$folder/named" '^whirl-tuning .*' 'whirl-tuning 1' >"$folder/other"
expect 0 'is ignored: it is for "whirl-tuning 1", and this is "whirl-tuning 3"' env WHIRL_TUNING="$folder/other" "$info"
rewritten "$folder/named" '^version .*' 'version 0.0.9' >"$folder/other"
expect 0 'is ignored: it is for "version 0.0.9", and this is "version ' env WHIRL_TUNING="$folder/other" "$info"
rewritten "$folder/named" '^kernel swapped' 'kernel naive' >"$folder/other"
expect 0 'is ignored: it is damaged' env WHIRL_TUNING="$folder/other" "$info"
if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then
  first=$(taskset -pc $$ | grep -oE '[0-9]+' | sed -n 2p)
  expect 0 '"usable-cores' env WHIRL_TUNING="$folder/named" taskset -c "$first" "$info"
  expect 0 'usable     1 core, with 1 hardware thread, by the affinity mask' taskset -c "$first" "$info"
  expect 0 'usable     1 core, with 1 hardware thread, by OMP_PLACES or OMP_PROC_BIND' \
    env OMP_PLACES="{$first}" OMP_PROC_BIND=true "$info"
  expect 0 "with $(nproc) hardware threads, by OMP_PLACES or OMP_PROC_BIND" env OMP_PROC_BIND=true "$info"
  expect 0 'OMP_THREAD_LIMIT allows no more' env OMP_THREAD_LIMIT=1 "$info"
  expect 0 'OMP_NUM_THREADS or the program has set that' env OMP_NUM_THREADS=1 "$info"
  expect 2 'unset it' env OMP_THREAD_LIMIT=1 "$tune" --output "$folder/limited"
fi

# Names of files may be any bytes: JSON is UTF-8, and a terminal is not steered.
for name in $'caf\351' "/tmp/$(printf 'é%.0s' {1..400})" $'\033[31mred'; do
  env WHIRL_TUNING="$name" "$info" --json >"$folder/out" 2>"$folder/err"
  python3 -c 'import json, sys; json.loads(open(sys.argv[1], "rb").read().decode())' "$folder/out" ||
    fail "whirl-info --json is no JSON where a file is called $name"
  env WHIRL_TUNING="$name" "$info" >"$folder/out" 2>"$folder/err"
  ! grep -q $'\033' "$folder/out" || fail "whirl-info passes control characters on"
done

# JSON, whole, with nothing that is no number
expect 0 '"in force"' env WHIRL_TUNING="$folder/named" "$info" --json --n 0,1,1e6 --steps 0,1e4
python3 - "$folder/out" <<'PYTHON' 2>"$folder/err" || fail "whirl-info --json contradicts itself"
import json
import sys

document = json.load(open(sys.argv[1]))
assert set(document) == {"version", "machine", "tuning", "log", "kernels", "choices"}
assert len(document["choices"]) == 3 * 3 * 2
kernels = {kernel["name"]: kernel for kernel in document["kernels"]}
for choice in document["choices"]:
    assert kernels[choice["kernel"]]["runs_here"], choice
    assert kernels[choice["kernel"]]["threaded"] == (choice["threads"] > 1), choice
    assert (choice["asked"] == "exact") == (kernels[choice["kernel"]]["method"] == "analytic"), choice
    assert choice["threads"] > 1 or choice["grain"] == choice["n"], choice
    assert choice["expected_seconds"] >= 0 and len(choice["reason"]) > 20, choice
for kernel in kernels.values():
    assert kernel["runs_here"] == (not kernel["lacks"]), kernel
    serial = kernels[kernel["serial"]]
    assert not serial["threaded"] and serial["flops"] == kernel["flops"] and serial["lanes"] == kernel["lanes"] >= 1, kernel
PYTHON

# What is refused
expect 2 'no such option' "$tune" --nosuch
expect 2 'needs a value' "$tune" --output
expect 2 'name of a file' "$tune" --output ''
expect 2 'every argument is an option' "$tune" stray
expect 2 "can't write" "$tune" --output "$folder/nosuch/tuning"
expect 2 "can't write" "$tune" --output "$folder"
expect 2 "can't write /dev/null/whirl/tuning" env XDG_CONFIG_HOME=/dev/null "$tune"
expect 2 'WHIRL_TUNING is "none"' env WHIRL_TUNING=none "$tune"
expect 2 'HOME is not set' env -u HOME -u XDG_CONFIG_HOME "$tune"
expect 2 'no such option' "$info" --nosuch
expect 2 'every argument is an option' "$info" stray
for n in -1 x '' '1,' 1e30; do
  expect 2 'give a whole number from 0' "$info" --n "$n"
  expect 2 'give a whole number from 0' "$info" --steps "$n"
done
expect 2 'no kernel is called so' env WHIRL_KERNEL=nosuch "$info"
expect 2 'it must be a whole number from 1' env WHIRL_NUM_THREADS=-1 "$info"
expect 2 'it must be one of' env WHIRL_ISA_MAX=mmx "$info"
if [ -c /dev/full ]; then
  "$info" >/dev/full 2>"$folder/err"
  [ $? -eq 1 ] || fail "whirl-info does not notice that the disk is full"
  "$tune" --output - >/dev/full 2>"$folder/err"
  [ $? -eq 1 ] || fail "whirl-tune does not notice that the disk is full"
fi

# What was measured while no team could start keeps what there is
if [ -n "$slow_team" ] && [ "$(nproc)" -gt 1 ]; then
  cp "$folder/named" "$folder/kept"
  LD_PRELOAD=$slow_team "$tune" --output "$folder/kept" >"$folder/out" 2>"$folder/err"
  [ $? -eq 1 ] || fail "whirl-tune takes teams that do not start for teams"
  grep -q 'something else was running, and nothing is written' "$folder/err" || fail "whirl-tune does not say why not"
  cmp -s "$folder/named" "$folder/kept" || fail "whirl-tune writes what chooses worse than built-in costs"
fi

# A run that is ended leaves the file that was there
cp "$folder/named" "$folder/kept"
"$tune" --output "$folder/kept" >"$folder/out" 2>"$folder/err" &
sleep 0.3
kill -TERM $!
wait $! 2>/dev/null
cmp -s "$folder/named" "$folder/kept" || fail "a run that is ended spoils the file that is there"

[ "$failures" -eq 0 ] && echo "whirl-tune and whirl-info are as they should be"
exit $((failures > 0))

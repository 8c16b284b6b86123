#!/usr/bin/env bash
# The suite, bench and whirl-info on a CPU that this machine doesn't have: the choice must be one of the kernels that
# run there, the others must be known to lack what they lack, and results must be what they are anywhere.
# Usage: other_cpu.sh KIND FOLDER-OF-THE-SUITE PATH-OF-BENCH PATH-OF-WHIRL-INFO
# KIND is qemu-baseline or qemu-avx2; or valgrind, which has a CPU of its own too, and looks at each access to memory.
# Exit status 77: what emulates the CPU is not installed.
set -euo pipefail

kind=$1 suite=$2 bench=$3 info=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset WHIRL_KERNEL WHIRL_NUM_THREADS WHIRL_ISA_MAX
export WHIRL_TUNING=none OMP_WAIT_POLICY=passive

# Of each kernel's properties those that say what it computes, and where. The others take too long here.
properties='!(origin|underflow|rest|nan|infinite|beyond_the_contract|near_origin|crowds_of_special)'
# qemu 7.2 ends a child of fork() that starts a thread. Two of trajectories take minutes; what their frames rest on is
# among the kernels' properties.
interface='!(concurrency/created_in_a_forked_child|concurrency/forked_by_a_thread|trajectory/@(larger|same)*)'
case $kind in
  qemu-baseline)
    run=(qemu-x86_64 -cpu 'max,-avx2,-fma,-avx')
    isas=(baseline)
    kernels="*/$properties"
    ;;
  qemu-avx2)
    run=(qemu-x86_64 -cpu max)
    isas=(baseline avx2)
    kernels="*avx2*/$properties"
    export WHIRL_TEST_READABLE_GUARDS=1
    ;;
  valgrind)
    run=(valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite
      --errors-for-leak-kinds=definite --suppressions="$(dirname "$0")/valgrind.supp")
    isas=(baseline avx2)
    kernels='!(*avx512*)/@(every_n|element_offsets|splits|step_counts|nan|origin|threads)'
    # To it a child of fork() has lost what its parent's threads had: these run below, without a search for leaks. And its
    # long double is a double, too coarse to hold a trajectory to its bound. Trajectories in many calls take minutes; the
    # address sanitizer looks at their accesses.
    interface='!(concurrency/*fork*|trajectory/@(within|larger|same)*)'
    grep -qw avx2 /proc/cpuinfo || isas=(baseline)
    ;;
  *)
    echo "other_cpu.sh: unknown kind '$kind'; there are qemu-baseline, qemu-avx2 and valgrind" >&2
    exit 2
    ;;
esac
if ! command -v "${run[0]}" >/dev/null; then
  echo "skipped: ${run[0]} is not installed; tools/setup --ci installs it"
  exit 77
fi

"${run[@]}" "$info" --json --n 1000,1e6 --steps 100,1e4 >"$folder/info.json"
"${run[@]}" "$bench" --list >"$folder/list"
python3 - "$folder/info.json" "$folder/list" "${isas[@]}" >"$folder/run_here" <<'PYTHON'
import json
import sys

document = json.load(open(sys.argv[1]))
listed = open(sys.argv[2]).read().splitlines()[1:]
isas = sys.argv[3:]
demands = {
    "baseline": [],
    "avx2": ["avx2", "fma"],
    "avx512": ["avx2", "fma", "avx512f", "avx512dq", "avx512vl"],
}
lacks = {isa: [f for f in features if f not in demands[isas[-1]]] for isa, features in demands.items()}

isa_of = {}
assert {kernel["isa"] for kernel in document["kernels"]} == set(demands)
assert len(listed) == len(document["kernels"])
for kernel, line in zip(document["kernels"], listed):
    isa = isa_of[kernel["name"]] = kernel["isa"]
    assert kernel["runs_here"] == (isa in isas), kernel
    assert kernel["lacks"] == lacks[isa], kernel
    assert line.split()[0] == kernel["name"], line
    assert ("  lacks " + ", ".join(lacks[isa]) + "  " if lacks[isa] else "  yes  ") in line, line
    if kernel["runs_here"]:
        print(kernel["name"])

# The best that there is
assert len(document["choices"]) == 2 * 2 * 3
for choice in document["choices"]:
    assert isa_of[choice["kernel"]] == isas[-1], choice
PYTHON

required=()
while read -r kernel; do required+=(--require "$kernel"); done <"$folder/run_here"
"${run[@]}" "$suite/test_decisions"
"${run[@]}" "$suite/test_interface" --filter "$interface"
"${run[@]}" "$suite/test_kernels" "${required[@]}" --filter "$kernels"
if [ "$kind" = valgrind ]; then
  nearest=naive
  if [ "${isas[-1]}" = avx2 ]; then nearest=avx2; fi
  if valgrind --quiet "$bench" --kernel avx512 --once 2>"$folder/said" ||
    ! grep -qF "avx512 can't run here: valgrind has no AVX-512; nearest: $nearest" "$folder/said"; then
    echo "bench under valgrind does not say that it can't run avx512, and what can: $(cat "$folder/said")" >&2
    exit 1
  fi
  "${run[@]}" --leak-check=no "$suite/test_interface" --filter 'concurrency/*fork*'
fi

#!/usr/bin/env bash
# Measures what docs/benchmarking.md shows, draws its pictures beside this script and prints its tables: all kernels and
# peers, and this machine's limits. It takes some twelve minutes, in which the machine should do nothing else. The files
# of results stay in build/pictures.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools/build

# The widest instruction set that runs here
isa=
for candidate in avx2 avx512; do
  if build/bench --list | grep -q "^$candidate .* yes "; then isa=$candidate; fi
done
if [ -z "$isa" ]; then
  echo "bench.sh: no SIMD kernel runs here; the pictures compare naive with those" >&2
  exit 1
fi

# picture NAME BENCH-ARGUMENT...: a run, and the pictures of it: NAME is one of them, or all for those of one amount of work.
picture() {
  local name=$1 results=build/pictures/$1/bench.json drawn=(--picture "$1")
  shift
  if [ "$name" = all ]; then drawn=(--picture kernels --picture roofline); fi
  mkdir -p "$(dirname "$results")"
  build/bench --json "$results" "$@"
  tools/plot "$results" "${drawn[@]}" --output docs/pictures >&2
}

picture all --kernel all --peers --n 1000000 --repetitions 25
picture n --kernel "naive,$isa,newton-$isa,spiral-$isa,analytic-$isa,auto" --steps 1 --repetitions 15 \
  --n 100,300,1000,3000,10000,30000,100000,300000,1000000,3000000,10000000 >&2
picture steps --kernel "naive,$isa,newton-$isa,spiral,spiral-$isa,analytic-$isa,auto" --n 1000 --repetitions 15 \
  --steps 1,3,10,30,100,300,1000,3000,10000 >&2
picture threads --kernel "naive-omp,$isa-omp,newton-$isa-omp,spiral-$isa-omp,analytic-$isa-omp,auto" --n 1000000 \
  --threads 1:max --repetitions 15 >&2
echo
docs/pictures/limits.py build/pictures/all/bench.json

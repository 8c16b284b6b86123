#!/usr/bin/env bash
# Whether the compiler did vectorise the loops that bench calls vectorised: each object file has a vector's square root
# and division in registers of its instruction set. If this fails, whirl is compared with a scalar loop.
# Usage: vectorised.sh OBJDUMP REGISTER OBJECT...
set -u

objdump=$1 register=$2
shift 2
failures=0
for object in "$@"; do
  listing=$("$objdump" --disassemble --no-show-raw-insn "$object")
  for operation in sqrtpd divpd; do
    if ! grep -qE "v?${operation}[[:space:]].*%$register" <<<"$listing"; then
      echo "FAILED: $object has no $operation of $register registers"
      failures=$((failures + 1))
    fi
  done
done
[ "$failures" -eq 0 ] && echo "the loops are vectorised"
exit $((failures > 0))

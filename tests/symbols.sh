#!/usr/bin/env bash
# What the shared library exports, against the list of what it is meant to. A failure here means that a program can
# link something that is not promised to it, or can't link something that is.
# Usage: symbols.sh NM PATH-OF-LIBRARY LIST FOLDER-OF-PUBLIC-HEADERS
set -euo pipefail
export LC_ALL=C

nm=$1 library=$2 list=$3 headers=$4
exported=$("$nm" -D --defined-only "$library" | awk '{ print $NF }' | sort)
failures=0

# complain SYMBOLS WHAT-IS-WRONG-WITH-EACH
complain() {
  [ -n "$1" ] || return 0
  sed "s|^|FAILED: |; s|\$| $2|" <<<"$1"
  failures=1
}

sort --check --unique "$list" || failures=1
listed=$(sort --unique "$list")
complain "$(comm -13 <(echo "$listed") <(echo "$exported"))" "is exported, but is not in ${list##*/}"
complain "$(comm -23 <(echo "$listed") <(echo "$exported"))" "is in ${list##*/}, but is not exported"
complain "$(grep -v '^whirl_' <<<"$listed" || true)" "does not begin with whirl_"
declared=$(cat "$headers"/*.h | grep -o 'whirl_[a-z0-9_]*(' | tr -d '(' | sort --unique)
complain "$(comm -23 <(echo "$listed") <(echo "$declared"))" "stands in no public header"

[ "$failures" -eq 0 ] && echo "the library exports what the list says: $(wc -l <"$list") symbols"
exit "$failures"

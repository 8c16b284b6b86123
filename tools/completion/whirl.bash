# Completion for bash of the programs that come with whirl. Options are those that --help shows.

_whirl() {
  local program=$1 word=$2 previous=$3
  COMPREPLY=()
  case $previous in
    --output | --input) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --n | --steps | --random | --seed | --dt | --frames | --timestep | --tolerance | --threads | --close) return ;;
    --arrow-length | --arrows | --large | --limit | --particle | --size | --small | --time) return ;;
    --method) mapfile -t COMPREPLY < <(compgen -W "euler exact" -- "$word"); return ;;
    --kernel) return ;;
    --help | --version) return ;;
  esac
  # whirl-visualize: which picture comes first, and has its own options.
  local command=("$program") words
  [[ ${COMP_CWORD-1} -gt 1 && ${COMP_WORDS[1]-} == [a-z]* ]] && command+=("${COMP_WORDS[1]}")
  words=$("${command[@]}" --help 2>/dev/null | grep -oE '^ +(-h, )?--[a-z-]+|^ {4}[a-z]+( |$)')
  words=${words//-h,/}
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _whirl whirl-info whirl-sim whirl-tune whirl-visualize

# Completion for bash of the programs that come with whirl. Options are those that --help shows.

_whirl() {
  local program=$1 word=$2 previous=$3
  COMPREPLY=()
  case $previous in
    --output | --input) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --n | --steps | --random | --seed | --dt | --frames | --timestep | --tolerance | --threads | --close) return ;;
    --method) mapfile -t COMPREPLY < <(compgen -W "euler exact" -- "$word"); return ;;
    --kernel) return ;;
    --help | --version) return ;;
  esac
  local options
  options=$("$program" --help 2>/dev/null | grep -oE '^ +--[a-z-]+' | tr -d ' ')
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}
complete -F _whirl whirl-info whirl-sim whirl-tune

#!/usr/bin/env bash
# What a user gets, from `cmake --install` or as a Debian package: where it lies, and that programs outside of whirl
# build against it and run, and its own do. A failure here means that a user can't link an installed whirl.
# Usage: packages.sh installed|deb BUILD-FOLDER SOURCE-FOLDER CMAKE CPACK CC CXX
# Exit status: 0 as it should be, 1 it is not, 77 the tools to look are not there.
set -u

kind=$1 build=$2 source=$3 cmake=$4 cpack=$5
export CC=$6 CXX=$7
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# What the environment asks for would be found, measured or written to instead.
unset WHIRL_KERNEL WHIRL_NUM_THREADS WHIRL_ISA_MAX WHIRL_TUNING DESTDIR CMAKE_PREFIX_PATH whirl_DIR whirl_ROOT
unset LD_LIBRARY_PATH LIBRARY_PATH CPATH PKG_CONFIG_SYSROOT_DIR
failures=0
# The Euler trajectory, so that each kernel that the machine may choose gives these digits
expected="(0.210269845, 0.543863579)
(-0.099334766, -0.490034289)
(0.191358504, -0.365227221)"

fail() {
  echo "FAILED: $1"
  [ -f "$folder/out" ] && sed 's/^/  | /' "$folder/out"
  failures=$((failures + 1))
}

# succeeds WHAT COMMAND...: what the command prints is kept, and shown where it fails.
succeeds() {
  local what=$1
  shift
  "$@" >"$folder/out" 2>&1 || { fail "$what: exit code $?"; return 1; }
}

# arrives PROGRAM yes|no: it computes the reference case, and whether it loads the shared library.
arrives() {
  local loads=no
  succeeds "$1" "$1" || return
  [ "$(cat "$folder/out")" = "$expected" ] || fail "$1: the particles do not arrive"
  readelf --dynamic "$1" >"$folder/out" 2>&1
  grep -q 'NEEDED.*libwhirl\.so' "$folder/out" && loads=yes
  [ "$loads" = "$2" ] || fail "$1: loads the shared library: $loads instead of $2"
}

# consume PREFIX: builds and runs the projects of tests/consumer against what is installed there.
consume() {
  local prefix=$1 libraries programs=$folder/programs flags
  # On Debian the libraries may lie one folder deeper.
  libraries=$(dirname "$(find "$prefix" -name libwhirl.so)")
  mkdir "$programs"

  if succeeds "C, CMake: configure" "$cmake" -S "$source/tests/consumer/c" -B "$programs/c" \
    -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release; then
    grep -qF "whirl_DIR:PATH=$libraries/cmake/whirl" "$programs/c/CMakeCache.txt" ||
      fail "C, CMake: find_package finds another whirl"
    succeeds "C, CMake: build" "$cmake" --build "$programs/c"
    arrives "$programs/c/with_whirl" yes
    arrives "$programs/c/with_whirl_static" no
  fi

  # A project without C finds OpenMP by C++'s name.
  succeeds "C++, CMake: configure" "$cmake" -S "$source/tests/consumer/cpp" -B "$programs/cpp" \
    -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release &&
    succeeds "C++, CMake: build" "$cmake" --build "$programs/cpp"
  arrives "$programs/cpp/with_whirl" yes
  arrives "$programs/cpp/with_whirl_static" no

  export PKG_CONFIG_PATH=$libraries/pkgconfig
  succeeds "pkg-config" pkg-config --cflags --libs whirl || return
  read -ra flags <"$folder/out"
  succeeds "C++, pkg-config: build" "$CXX" -std=c++17 -o "$programs/shared" \
    "$source/tests/consumer/cpp/consumer.cpp" "${flags[@]}" "-Wl,-rpath,$libraries" &&
    arrives "$programs/shared" yes

  # A linker takes the shared library where it sees both.
  rm "$libraries"/libwhirl.so*
  succeeds "pkg-config --static" pkg-config --static --cflags --libs whirl || return
  read -ra flags <"$folder/out"
  succeeds "C++, pkg-config --static: build" "$CXX" -std=c++17 -o "$programs/static" \
    "$source/tests/consumer/cpp/consumer.cpp" "${flags[@]}" && arrives "$programs/static" no
}

# programs PREFIX: what is installed there runs, and has its manual and its completion.
programs() {
  local prefix=$1 program picture option
  for program in whirl-info whirl-sim whirl-tune whirl-visualize; do
    succeeds "$program" "$prefix/bin/$program" --version
    [ -f "$prefix/share/man/man1/$program.1" ] || fail "$program has no man page"
    # shellcheck disable=SC2016 # the dollars are for the inner bash
    succeeds "completion of $program" bash -c '. "$1"; _whirl "$2" --he "$2"; [ "${COMPREPLY[*]}" = --help ]' \
      bash "$prefix/share/bash-completion/completions/$program" "$prefix/bin/$program"
  done
  [ -f "$prefix/share/man/man7/whirl.7" ] || fail "there is no whirl(7)"
  # shellcheck disable=SC2016 # the dollars are for the inner bash
  succeeds "completion of a picture and of its options" bash -c '. "$1"; _whirl "$2" tra "$2"
    [ "${COMPREPLY[*]}" = trajectory ] && COMP_WORDS=("$2" trajectory --arr) COMP_CWORD=2
    _whirl "$2" --arr trajectory; [ "${COMPREPLY[*]}" = "--arrows --arrow-length" ]' \
    bash "$prefix/share/bash-completion/completions/whirl-visualize" "$prefix/bin/whirl-visualize"
  for picture in animation trajectory steps divergence error; do
    "$prefix/bin/whirl-visualize" "$picture" --help | grep -oE '^ +(-h, )?--[a-z-]+' | grep -oE '[a-z-]{3,}$' |
      while read -r option; do grep -qE "Fl -${option#--}( |\$)" "$prefix/share/man/man1/whirl-visualize.1" || echo "$option"; done
  done >"$folder/out"
  [ -s "$folder/out" ] && fail "options of pictures that whirl-visualize(1) leaves out"
  succeeds "whirl-visualize" "$prefix/bin/whirl-visualize" trajectory --output "$folder/picture.png"
  [ "$(head -c 4 "$folder/picture.png" | tail -c 3)" = PNG ] || fail "whirl-visualize draws nothing"
  # Other tests run beside this one: then whirl-tune writes nothing, and says why.
  local costs="the costs in $folder/tuning"
  if ! WHIRL_TUNING=$folder/tuning "$prefix/bin/whirl-tune" >"$folder/out" 2>&1; then
    grep -q 'something else was running, and nothing is written' "$folder/out" || fail "whirl-tune"
    costs='built-in costs are used'
  fi
  WHIRL_TUNING=$folder/tuning succeeds "whirl-info" "$prefix/bin/whirl-info"
  grep -q "$costs" "$folder/out" || fail "whirl-info does not find what whirl-tune wrote, or finds what it did not write"
}

# relocatable PREFIX: what is installed there names neither where it lies nor the build. Binaries may name the sources: in
# debug information, and clang's OpenMP in what it tells its runtime.
relocatable() {
  local prefix=$1 binary named
  : >"$folder/out"
  # Where a path begins: the sources may lie in /whirl, and cmake/whirl is a part of every installed tree.
  local begins='(^|[^]A-Za-z0-9_.}/-])'
  named=$(grep -rlE -e "$begins$folder" -e "$begins$source(/|\$|[^A-Za-z0-9_.-])" --exclude='libwhirl.*' --exclude-dir=bin "$prefix")
  while read -r binary; do
    strip --strip-debug -o "$folder/stripped" "$binary"
    grep -qF -e "$folder" -e "$build" "$folder/stripped" && named+=" $binary"
  done < <(find "$prefix" \( -name 'libwhirl.*' -o -path '*/bin/*' \) -type f)
  [ -z "$named" ] || fail "a path of the build or of the prefix stands in $named"
}

if [ "$kind" = deb ]; then
  for tool in dpkg-deb dpkg-shlibdeps file; do
    if ! command -v "$tool" >/dev/null; then
      echo "SKIPPED: there is no $tool here; tools/setup installs it"
      exit 77
    fi
  done
  succeeds "cpack" "$cpack" --config "$build/CPackConfig.cmake" -G DEB -B "$folder/deb" || exit 1
  deb=$(echo "$folder"/deb/*.deb)
  succeeds "dpkg-deb --field" dpkg-deb --field "$deb" Package Depends
  for package in whirl libc6 libhwloc15 'lib(gomp1|omp5)'; do
    grep -qE "[ ,]$package" "$folder/out" || fail "the package does not name $package"
  done
  grep -q libbenchmark "$folder/out" && fail "the package wants Google Benchmark, which its programs do without"
  succeeds "dpkg-deb --contents" dpkg-deb --contents "$deb"
  for name in include/whirl/whirl.h libwhirl.so libwhirl.a whirl.pc whirl-config.cmake; do
    grep -qE " \./usr/.*/?$name( |\$)" "$folder/out" || fail "the package has no $name"
  done
  grep -vE ' \./(usr/.*)?$' "$folder/out" && fail "the package has something outside of /usr"
  succeeds "dpkg-deb -x" dpkg-deb -x "$deb" "$folder/extracted" || exit 1
  relocatable "$folder/extracted"
  programs "$folder/extracted/usr"
  consume "$folder/extracted/usr"
else
  succeeds "cmake --install" "$cmake" --install "$build" --prefix "$folder/here" || exit 1
  relocatable "$folder/here"
  mv "$folder/here" "$folder/there"
  programs "$folder/there"
  consume "$folder/there"
fi

[ "$failures" -eq 0 ] && echo "what is $kind can be linked and run"
exit $((failures > 0))

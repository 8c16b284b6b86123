# Options, the default build type, and the compile options that all of whirl shares.
option(WHIRL_BUILD_BENCH "Build the benchmark driver" ${PROJECT_IS_TOP_LEVEL})
option(WHIRL_BUILD_TOOLS "Build the command-line programs" ${PROJECT_IS_TOP_LEVEL})
option(WHIRL_BUILD_TESTS "Build the test suite" ${PROJECT_IS_TOP_LEVEL})
option(WHIRL_BUILD_EXAMPLES "Build the examples of docs/examples" ${PROJECT_IS_TOP_LEVEL})
option(WHIRL_BUILD_FUZZERS "Build the fuzz targets, which need clang" OFF)
option(WHIRL_HDF5 "Let whirl-sim write .h5, where HDF5 is found" ON)
option(WHIRL_INSTALL "Make install rules for the library" ${PROJECT_IS_TOP_LEVEL})
set(WHIRL_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")

# A plain `cmake -B build` is optimised and has debug information.
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)

# Which instruction sets' kernels are built.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(WHIRL_PROCESSOR x86_64)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(WHIRL_PROCESSOR aarch64)
else()
  set(WHIRL_PROCESSOR ${CMAKE_SYSTEM_PROCESSOR})
endif()

# Frame pointers and line tables, so that profilers find names and lines in the build that is measured. DWARF 4:
# valgrind 3.19 does not read what clang writes of DWARF 5.
add_library(whirl_compile_options INTERFACE)
target_compile_options(whirl_compile_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wno-unknown-pragmas
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>
  $<$<CONFIG:RelWithDebInfo>:-O3>
  $<$<CONFIG:>:-O3>  # a parent project without a build type: kernels without optimisation are useless
  -g -gdwarf-4 -fno-omit-frame-pointer
  # Whatever a parent project asks for: NaN is checked for, and the order of roundings is a contract.
  -fno-fast-math -ffp-contract=off)
if(WHIRL_SANITIZE)
  add_compile_options(-fsanitize=${WHIRL_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WHIRL_SANITIZE})
endif()

# What whirl is built with. A missing dependency is named together with its package.
include(CheckLanguage)
find_package(PkgConfig QUIET)

function(whirl_missing what package)
  message(FATAL_ERROR "${what} was not found. On Debian and Ubuntu it is in the package ${package}: "
    "apt-get install ${package}, or run tools/setup, which installs everything.")
endfunction()

find_package(Threads)
if(NOT Threads_FOUND)
  whirl_missing("POSIX threads" libc6-dev)
endif()

if(NOT PKG_CONFIG_FOUND)
  whirl_missing("pkg-config" pkg-config)
endif()

find_package(OpenMP COMPONENTS C)
if(NOT OpenMP_C_FOUND)
  if(CMAKE_C_COMPILER_ID MATCHES Clang)
    whirl_missing("OpenMP for ${CMAKE_C_COMPILER}" libomp-dev)
  else()
    whirl_missing("OpenMP for ${CMAKE_C_COMPILER}" gcc)
  endif()
endif()

# whirl_find(TARGET module package): the pkg-config module as the imported target PkgConfig::TARGET.
function(whirl_find target module package)
  pkg_check_modules(${target} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT ${target}_FOUND)
    whirl_missing("${module}" ${package})
  endif()
endfunction()

# 2.4 is the first that knows kinds of cores.
whirl_find(hwloc hwloc>=2.4 libhwloc-dev)

# Random123 is headers alone, without a pkg-config file.
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
if(NOT RANDOM123_INCLUDE_DIR)
  whirl_missing("Random123 (Random123/philox.h)" librandom123-dev)
endif()

if(WHIRL_BUILD_BENCH OR WHIRL_BUILD_TESTS)
  check_language(CXX)
  if(NOT CMAKE_CXX_COMPILER)
    whirl_missing("A C++ compiler (bench's Google Benchmark shim, the headers' test)" g++)
  endif()
endif()

if(WHIRL_BUILD_BENCH OR WHIRL_BUILD_TOOLS)
  whirl_find(smartcols smartcols libsmartcols-dev)
  whirl_find(cjson libcjson libcjson-dev)
endif()

# whirl-sim does without it, and says so where it would be needed.
if(WHIRL_BUILD_TOOLS AND WHIRL_HDF5)
  pkg_check_modules(hdf5 QUIET IMPORTED_TARGET GLOBAL hdf5)
  if(NOT hdf5_FOUND)
    message(STATUS "HDF5 was not found, so whirl-sim writes no .h5; it is in the package libhdf5-dev")
  endif()
endif()

if(WHIRL_BUILD_BENCH)
  find_package(benchmark QUIET)
  if(NOT benchmark_FOUND)
    whirl_missing("Google Benchmark" libbenchmark-dev)
  endif()
endif()

if(WHIRL_BUILD_TESTS)
  find_package(Python3 QUIET COMPONENTS Interpreter)
  if(NOT Python3_FOUND)
    whirl_missing("Python 3, which the suite looks into the built library with," python3)
  endif()
  if(WHIRL_PROCESSOR STREQUAL x86_64)
    find_program(WHIRL_VALGRIND valgrind)
    if(NOT WHIRL_VALGRIND)
      whirl_missing("valgrind, which counts the kernels' instructions," valgrind)
    endif()
  endif()
  # The Python that has the packages may be another one than the first that is found.
  foreach(python ${Python3_EXECUTABLE} /usr/bin/python3)
    execute_process(COMMAND ${python} -c "import h5py, numpy, PIL" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(status EQUAL 0)
      set(WHIRL_PYTHON ${python})
      break()
    endif()
  endforeach()
  if(WHIRL_BUILD_TOOLS AND NOT WHIRL_PYTHON)
    whirl_missing("NumPy, h5py or PIL for Python 3, which the suite reads whirl-sim's files with,"
      "python3-numpy python3-h5py python3-pil")
  endif()
  whirl_find(cmocka cmocka libcmocka-dev)
  whirl_find(mpfr mpfr libmpfr-dev)
endif()

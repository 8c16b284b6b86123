# How a line of kernels/CMakeLists.txt becomes an object file and a row of the table. An ISA's flags and
# the features that a kernel's descriptor demands come from the same place, so they can't disagree.

# Both are to be linked after whirl_compile_options, whose -fno-fast-math undoes the one, and whose -O3 undoes the
# other in clang. Every kernel: nothing that sets errno.
add_library(whirl_kernel_options INTERFACE)
target_compile_options(whirl_kernel_options INTERFACE -fno-math-errno)
# Kernels for the baseline are what the others are compared with: the compiler shall not vectorise them.
add_library(whirl_scalar_options INTERFACE)
target_compile_options(whirl_scalar_options INTERFACE -fno-tree-vectorize -fno-tree-slp-vectorize)

# whirl_add_isa(NAME [PROCESSOR p] [HEADER simd/x.h] [FLAGS ...] [FEATURES ...])
# A PROCESSOR other than the one that is built for leaves out the ISA and its kernels.
function(whirl_add_isa name)
  cmake_parse_arguments(PARSE_ARGV 1 isa "" "PROCESSOR;HEADER" "FLAGS;FEATURES")
  if(isa_PROCESSOR AND NOT isa_PROCESSOR STREQUAL WHIRL_PROCESSOR)
    return()
  endif()
  set(features 0)
  foreach(feature IN LISTS isa_FEATURES)
    string(APPEND features " | WHIRL_FEATURE_${feature}")
  endforeach()
  set_property(GLOBAL APPEND PROPERTY whirl_isas ${name})
  set_property(GLOBAL PROPERTY whirl_isa_${name}_flags "${isa_FLAGS}")
  set_property(GLOBAL PROPERTY whirl_isa_${name}_features "${features}")
  set_property(GLOBAL PROPERTY whirl_isa_${name}_header "${isa_HEADER}")
endfunction()

# whirl_add_kernel(NAME SOURCE file.c ISA isa [OMP_NAME name])
# Adds the kernel NAME, and the same kernel over threads under the name NAME-omp or OMP_NAME.
function(whirl_add_kernel name)
  cmake_parse_arguments(PARSE_ARGV 1 kernel "" "SOURCE;ISA;OMP_NAME" "")
  get_property(isas GLOBAL PROPERTY whirl_isas)
  if(NOT kernel_ISA IN_LIST isas)
    return()
  endif()
  string(REPLACE "-" "_" id ${name})
  if(NOT kernel_OMP_NAME)
    set(kernel_OMP_NAME ${name}-omp)
  endif()
  set_property(GLOBAL PROPERTY whirl_kernel_${id}_source ${CMAKE_CURRENT_SOURCE_DIR}/${kernel_SOURCE})
  set_property(GLOBAL PROPERTY whirl_kernel_${id}_isa ${kernel_ISA})
  set_property(GLOBAL PROPERTY whirl_kernel_${id}_definitions
    WHIRL_KERNEL_ID=${id} WHIRL_KERNEL_NAME="${name}" WHIRL_KERNEL_OMP_NAME="${kernel_OMP_NAME}"
    WHIRL_KERNEL_ISA="${kernel_ISA}")
  set_property(GLOBAL APPEND PROPERTY whirl_kernels ${id})
  whirl_compile_kernel(whirl_kernel_${id} ${id} ${kernel_ISA})
endfunction()

# whirl_compile_kernel(TARGET ID ISA): the object library TARGET, the kernel ID with the flags of ISA and
# the demands on the CPU that go with them.
function(whirl_compile_kernel target id isa)
  foreach(attribute source isa definitions)
    get_property(${attribute}_of_kernel GLOBAL PROPERTY whirl_kernel_${id}_${attribute})
  endforeach()
  get_property(header GLOBAL PROPERTY whirl_isa_${isa_of_kernel}_header)
  get_property(flags GLOBAL PROPERTY whirl_isa_${isa}_flags)
  get_property(features GLOBAL PROPERTY whirl_isa_${isa}_features)
  add_library(${target} OBJECT ${source_of_kernel})
  target_link_libraries(${target} PRIVATE whirl_compile_options whirl_kernel_options
    $<$<STREQUAL:${isa},baseline>:whirl_scalar_options>)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/include
    ${PROJECT_SOURCE_DIR}/kernels)
  target_compile_options(${target} PRIVATE ${flags})
  set_target_properties(${target} PROPERTIES C_EXTENSIONS OFF)
  target_compile_definitions(${target} PRIVATE ${definitions_of_kernel}
    "WHIRL_KERNEL_FEATURES=(${features})")
  if(header)
    target_compile_definitions(${target} PRIVATE WHIRL_SIMD_HEADER="${header}")
  endif()
endfunction()

# Writes the table and gathers it and the kernels in the object library whirl_kernels.
function(whirl_write_kernel_table)
  get_property(kernels GLOBAL PROPERTY whirl_kernels)
  get_property(isas GLOBAL PROPERTY whirl_isas)
  foreach(id IN LISTS kernels)
    string(APPEND table_declarations "extern const whirl_kernel whirl_descriptor_${id};\n"
      "extern const whirl_kernel whirl_descriptor_${id}_omp;\n")
    string(APPEND table_entries "    &whirl_descriptor_${id},\n    &whirl_descriptor_${id}_omp,\n")
    list(APPEND objects $<TARGET_OBJECTS:whirl_kernel_${id}>)
  endforeach()
  foreach(isa IN LISTS isas)
    string(APPEND isa_entries "    \"${isa}\",\n")
  endforeach()
  configure_file(table.c.in table.c @ONLY)

  add_library(whirl_kernel_table OBJECT ${CMAKE_CURRENT_BINARY_DIR}/table.c)
  target_link_libraries(whirl_kernel_table PRIVATE whirl_compile_options)
  target_include_directories(whirl_kernel_table PRIVATE ${PROJECT_SOURCE_DIR}/include
    ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(GLOBAL PROPERTY whirl_kernel_objects
    ${objects} $<TARGET_OBJECTS:whirl_kernel_table>)
endfunction()

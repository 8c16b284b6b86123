# What `cmake --install` and CPack give: headers, both libraries, the CMake package, whirl.pc, the programs with
# their man pages and completion. Nothing in the files
# names the prefix, so that an installed tree may be moved.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/whirl)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/whirl DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Two sets of targets: a program that links the shared library needs none of what the static one needs.
foreach(set whirl whirl_static)
  string(REPLACE "_" "-" file ${set}-targets.cmake)
  install(TARGETS ${set} EXPORT ${set}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT ${set} NAMESPACE whirl:: FILE ${file} DESTINATION ${package_folder})
endforeach()

# While the major version is 0, each minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/whirl-config-version.cmake
  COMPATIBILITY SameMinorVersion)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/whirl-config.cmake.in
  ${PROJECT_BINARY_DIR}/whirl-config.cmake INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
install(FILES ${PROJECT_BINARY_DIR}/whirl-config.cmake ${PROJECT_BINARY_DIR}/whirl-config-version.cmake
  DESTINATION ${package_folder})

# From whirl.pc's own folder to the others: on Debian the libraries' folder may be one level deeper.
set(whirl_pc_folder ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH whirl_pc_prefix ${whirl_pc_folder} ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" whirl_pc_prefix ${whirl_pc_prefix})
file(RELATIVE_PATH whirl_pc_include ${whirl_pc_folder} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/whirl.pc.in ${PROJECT_BINARY_DIR}/whirl.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/whirl.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The programs, what bash knows of them, and the man pages: section 7 is about the library.
file(GLOB whirl_man7 ${PROJECT_SOURCE_DIR}/docs/man/*.7)
install(FILES ${whirl_man7} DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
get_property(whirl_programs GLOBAL PROPERTY whirl_programs)
foreach(program IN LISTS whirl_programs)
  install(TARGETS ${program} DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/docs/man/${program}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  # bash looks for a file with the program's name.
  install(FILES ${PROJECT_SOURCE_DIR}/tools/completion/whirl.bash
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${program})
endforeach()

# Python, so it needs no build. It finds whirl-sim next to the link to it, and its modules next to itself.
if(WHIRL_BUILD_TOOLS)
  set(folder ${CMAKE_INSTALL_DATADIR}/whirl)
  install(PROGRAMS ${PROJECT_SOURCE_DIR}/tools/visualize DESTINATION ${folder})
  foreach(module __init__ files problems standard_output)
    install(FILES ${PROJECT_SOURCE_DIR}/tools/plotting/${module}.py DESTINATION ${folder}/plotting)
  endforeach()
  file(RELATIVE_PATH visualize ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/whirl/visualize)
  set(link ${PROJECT_BINARY_DIR}/CMakeFiles/whirl-visualize)
  file(CREATE_LINK ${visualize} ${link} SYMBOLIC)
  install(FILES ${link} DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/tools/completion/whirl.bash
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME whirl-visualize)
  install(FILES ${PROJECT_SOURCE_DIR}/docs/man/whirl-visualize.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

# The Debian package: `cpack -G DEB` in the build folder.
if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGE_VENDOR "the whirl authors")
  set(CPACK_PACKAGE_CONTACT "the whirl authors")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  # pkg-config wants the private requirements' files even for the shared library; hwloc's name udev in turn.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS libhwloc-dev)
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3, gnuplot-nox | gnuplot")
  set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libudev-dev, ffmpeg")
  include(CPack)
endif()

# SPDX-License-Identifier: GPL-2.0-or-later
# The measuring itself is no test: `sh tests/bench/run'.  That it works is
# one; and the tools that it compiles are compiled here, with all warnings.
if(NOT KD_TREE)
  foreach(tool spawn floor)
    add_executable(bench-${tool} bench/${tool}.c)
    target_link_libraries(bench-${tool} PRIVATE kd_flags)
  endforeach()
  kd_add_test(bench/smoke "bench;long" 600
    sh ${CMAKE_CURRENT_SOURCE_DIR}/bench/smoke.sh)
endif()

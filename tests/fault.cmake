# SPDX-License-Identifier: GPL-2.0-or-later
# Faults of our own making.

# Power cuts in a model of the disk.  calls.c takes the libc's names, which
# _FORTIFY_SOURCE has its own ideas about; the sanitizers take them, too.
if(NOT KD_TREE STREQUAL asan AND NOT KD_SANITIZE)
  set(KD_FAULT_DISK
    fault/calls.c fault/cut.c fault/disk.c fault/letters.c)
  set_source_files_properties(fault/calls.c PROPERTIES
    COMPILE_OPTIONS "-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=0")
  add_executable(powercut fault/powercut.c ${KD_FAULT_DISK})
  target_link_libraries(powercut PRIVATE kd_store PkgConfig::SQLITE)
endif()
if(NOT KD_TREE AND NOT KD_SANITIZE)
  kd_add_test(fault/powercut fault 7200 $<TARGET_FILE:powercut>)
endif()

# The hook as it is built to be used, disturbed from outside.  KD_LONG=1 in
# the environment makes each of them as long as it can be.
if(NOT KD_TREE AND NOT KD_SANITIZE)
  set(fault ${CMAKE_CURRENT_SOURCE_DIR}/fault)
  add_library(failmalloc MODULE fault/failmalloc.c)
  target_link_libraries(failmalloc PRIVATE kd_flags)
  kd_add_test(fault/syscalls fault 7200 python3 ${fault}/syscalls.py)
  kd_add_test(fault/malloc fault 3600
    python3 ${fault}/malloc.py $<TARGET_FILE:failmalloc>)
  kd_add_test(fault/storm fault 1200 python3 ${fault}/storm.py)
  # They keep both processors busy, and one of them looks at the time.
  set_tests_properties(fault/syscalls fault/malloc fault/storm PROPERTIES
    PROCESSORS 2)
endif()

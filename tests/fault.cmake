# SPDX-License-Identifier: GPL-2.0-or-later
# Faults of our own making.

# Power cuts in a model of the disk.  calls.c takes the libc's names, which
# _FORTIFY_SOURCE has its own ideas about; the sanitizers take them, too.
if(NOT KD_TREE STREQUAL asan AND NOT KD_SANITIZE)
  # hookway.c brings a parser of its own in the place of mda/child.c
  add_library(kd_fault_disk OBJECT fault/calls.c fault/cut.c fault/disk.c
    fault/letters.c fault/letters_ask.c fault/hookway.c fault/waiting.c)
  target_link_libraries(kd_fault_disk PRIVATE kd_mda kd_sqlite)
  set_source_files_properties(fault/calls.c PROPERTIES
    COMPILE_OPTIONS "-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=0")
  add_executable(powercut fault/powercut.c fault/scenarios.c)
  target_link_libraries(powercut PRIVATE kd_fault_disk kd_mda kd_sqlite)
  # SQLite's own calls fail, in deliveries on the same disk.
  add_executable(ioerr fault/ioerr.c fault/vfs.c)
  target_link_libraries(ioerr PRIVATE kd_fault_disk kd_mda kd_sqlite)
endif()
if(NOT KD_TREE AND NOT KD_SANITIZE)
  kd_add_test(fault/powercut "fault;long" 7200 $<TARGET_FILE:powercut>)
  kd_add_test(fault/ioerr "fault;long" 3600 $<TARGET_FILE:ioerr>)
  set_tests_properties(fault/powercut fault/ioerr PROPERTIES COST 100)
endif()

# The hook as it is built to be used, disturbed from outside.  KD_LONG=1 in
# the environment makes each of them as long as it can be.
if(NOT KD_TREE AND NOT KD_SANITIZE)
  set(fault ${CMAKE_CURRENT_SOURCE_DIR}/fault)
  add_library(failmalloc MODULE fault/failmalloc.c)
  target_link_libraries(failmalloc PRIVATE kd_flags)
  # The hook, but SQLite asks malloc() for each piece of its memory.
  add_executable(hook_by_malloc ${PROJECT_SOURCE_DIR}/mda/main.c
    support/no_slabs.c)
  target_compile_definitions(hook_by_malloc PRIVATE
    KD_VERSION="${PROJECT_VERSION}")
  target_link_libraries(hook_by_malloc PRIVATE kd_mda kd_conf kd_sqlite)
  kd_add_test(fault/syscalls "fault;long" 7200 python3 ${fault}/syscalls.py)
  kd_add_test(fault/malloc "fault;long" 3600
    python3 ${fault}/malloc.py $<TARGET_FILE:failmalloc>
    $<TARGET_FILE:hook_by_malloc>)
  kd_add_test(fault/storm "fault;long" 1200 python3 ${fault}/storm.py)
  # They keep both processors busy, and one of them looks at the time.
  set_tests_properties(fault/syscalls fault/malloc fault/storm PROPERTIES
    PROCESSORS 2 COST 300)
  # Sequential: it waits for disks, not for a processor, and looks at no
  # time.  A machine without loop devices may skip it, even where CI=true.
  add_library(nosync MODULE fault/nosync.c)
  target_link_libraries(nosync PRIVATE kd_flags)
  kd_add_test(fault/loopcut "fault;long" 1200
    python3 ${fault}/loopcut.py $<TARGET_FILE:nosync>)
  set_property(TEST fault/loopcut APPEND PROPERTY ENVIRONMENT KD_MAY_SKIP=1)
  set_tests_properties(fault/loopcut PROPERTIES RUN_SERIAL ON)
endif()

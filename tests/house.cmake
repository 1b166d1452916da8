# SPDX-License-Identifier: GPL-2.0-or-later
# The gates of the house: each is a script in tests/house that looks at the
# whole tree, and house/selftest proves that each can fail.
set(house ${CMAKE_CURRENT_SOURCE_DIR}/house)

if(NOT KD_TREE)
  foreach(gate layering format manuals spdx tree whitespace)
    kd_add_test(house/${gate} house 300 sh ${house}/${gate}.sh)
  endforeach()
  foreach(gate cppcheck scripts selftest)
    kd_add_test(house/${gate} "house;slow" 300 sh ${house}/${gate}.sh)
  endforeach()
  set_tests_properties(house/cppcheck PROPERTIES PROCESSORS 2)
  kd_add_test(house/tidy "house;long" 1800 python3 ${house}/tidy.py
    ${PROJECT_BINARY_DIR})
  set_tests_properties(house/tidy PROPERTIES PROCESSORS 2 COST 400)
  # A build of its own, which tests/run makes: it runs the tests of that.
  set(KD_COVERAGE_TREE "" CACHE PATH "A build with KD_COVERAGE to be counted")
  if(KD_COVERAGE_TREE)
    kd_add_test(house/coverage "house;long" 1200 python3 ${house}/coverage.py
      ${KD_COVERAGE_TREE})
    set_tests_properties(house/coverage PROPERTIES PROCESSORS 2 COST 380)
  endif()
endif()

# Under the compiler and the flags of this tree: gcc's and clang's.
if(NOT KD_TREE STREQUAL asan OR CMAKE_C_COMPILER_ID STREQUAL Clang)
  kd_add_test(house/headers house 300 sh ${house}/headers.sh
    ${CMAKE_C_COMPILER} -D_GNU_SOURCE
    $<TARGET_PROPERTY:kd_flags,INTERFACE_COMPILE_OPTIONS>)
endif()

# Without the flags of a release there is nothing to look for.
if(NOT KD_SANITIZE AND CMAKE_BUILD_TYPE MATCHES "^Rel")
  kd_add_test(house/elf house 300 sh ${house}/elf.sh ${CMAKE_C_COMPILER}
    $<TARGET_FILE:kvmdigest-mda> $<TARGET_FILE:kvmdigest-report>)
endif()

# The compiler, and which libraries lie inside the programs, decide as much
# as our own code does.
if(NOT KD_TREE AND NOT KD_SANITIZE AND CMAKE_BUILD_TYPE STREQUAL RelWithDebInfo)
  # once.c brings a parser of its own in the place of mda/child.c
  add_executable(bench-once bench/once.c)
  target_link_libraries(bench-once PRIVATE kd_mda)
  kd_add_test(house/instructions house 300 python3 ${house}/instructions.py
    $<TARGET_FILE:bench-once>)
  set_property(TEST house/instructions APPEND PROPERTY ENVIRONMENT
    "KD_LIBRARIES=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}, ${KD_LIBRARIES}")
endif()

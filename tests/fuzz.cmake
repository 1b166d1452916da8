# SPDX-License-Identifier: GPL-2.0-or-later
# The fuzz targets: tests/fuzz/fuzz_NAME.c.  As tests they replay what was
# found before, tests/fuzz/corpus/NAME, and 2,000 changes of it.  With
# KD_FUZZ they are programs of libFuzzer as well: see tests/fuzz/run.
set(KD_FUZZ_COUNT 2000 CACHE STRING "Changed inputs that a fuzz test runs")
set(fuzz ${CMAKE_CURRENT_SOURCE_DIR}/fuzz)

# What all targets have in common.
add_library(kd_fuzz_common OBJECT fuzz/check.c fuzz/entry.c)
target_link_libraries(kd_fuzz_common PRIVATE kd_mda)
if(NOT KD_FUZZ)
  target_sources(kd_fuzz_common PRIVATE fuzz/driver.c)
endif()

# kd_fuzz_target(NAME LIBRARY [SEEDS...])
function(kd_fuzz_target name library)
  if(KD_FUZZ)
    add_executable(fuzz-${name} fuzz/fuzz_${name}.c)
    target_link_libraries(fuzz-${name} PRIVATE kd_fuzz_common kd_mda ${library})
    target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz fuzz-${name})
    return()
  endif()
  add_executable(replay-${name} fuzz/fuzz_${name}.c)
  target_link_libraries(replay-${name} PRIVATE kd_fuzz_common kd_mda ${library})
  kd_add_test(fuzz/${name} fuzz 120 sh ${fuzz}/replay.sh
    $<TARGET_FILE:replay-${name}> ${KD_FUZZ_COUNT} ${fuzz}/corpus/${name}
    ${ARGN})
endfunction()

if(KD_FUZZ)
  add_custom_target(fuzz)
endif()
set(sample ${CMAKE_CURRENT_SOURCE_DIR}/data/sample)
kd_fuzz_target(mail kd_mda ${sample} hostile)
kd_fuzz_target(headers kd_mda ${sample} hostile)
kd_fuzz_target(body kd_mda ${sample})
kd_fuzz_target(diff kd_mda ${sample})
kd_fuzz_target(reading kd_mda ${sample})
kd_fuzz_target(parts kd_mda ${sample})
kd_fuzz_target(subject kd_mda)
kd_fuzz_target(fields kd_mda)
kd_fuzz_target(wire kd_mda)
kd_fuzz_target(conf kd_conf ${PROJECT_SOURCE_DIR}/conf/kvmdigest.conf.sample)
kd_fuzz_target(text kd_base ${sample})
kd_fuzz_target(report kd_report ${sample})
kd_fuzz_target(render kd_report)
kd_fuzz_target(spool kd_store)
kd_fuzz_target(mbox kd_mda ${sample})

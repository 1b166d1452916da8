# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests of mda/.
kd_unit_test(exitcode kd_mda)
kd_unit_test(tee kd_mda)
kd_unit_test(drain kd_mda kd_store_fixture)
kd_unit_test(json kd_mda)
kd_unit_test(child_limits kd_mda)
kd_unit_test(process kd_mda)
kd_unit_test(parse_limits kd_mda)
kd_unit_test(headers kd_mda)
kd_unit_test(subject kd_mda)
kd_unit_test(subject_bombs kd_mda)
kd_unit_test(diff kd_mda)
kd_unit_test(patchid kd_mda)
kd_unit_test(reparse kd_mda kd_store_fixture)
kd_unit_test(complete kd_mda)
kd_unit_test(progress kd_mda)

# kd_fixture_tests(FIXTURE LIBRARIES NAME...): unit tests that share
# support/FIXTURE.c.
function(kd_fixture_tests fixture libraries)
  add_library(kd_${fixture} STATIC support/${fixture}.c)
  target_link_libraries(kd_${fixture} PUBLIC ${libraries}
    PRIVATE PkgConfig::CMOCKA)
  foreach(name IN LISTS ARGN)
    kd_unit_test(${name} kd_${fixture})
  endforeach()
endfunction()

# One reader of mda/reading.h by itself.
kd_fixture_tests(reading "kd_mda" trailers links shortlog pull notice)
kd_unit_test(classify kd_mda)
kd_unit_test(source kd_mda)
kd_unit_test(pump kd_mda)
kd_unit_test(pool kd_mda)

# A message with everything in it, through the pipe.
kd_fixture_tests(wire_fixture "kd_mda" wire wire_hostile wire_limits)

# Parsers in the place of the real one.
kd_fixture_tests(child_fixture "kd_mda" child child_grief)

kd_fixture_tests(check_fixture "kd_mda;kd_store_fixture" check_recipes check_store)

# A whole mail, made into a record.
kd_fixture_tests(record_fixture "kd_mda" record record_who)

# A process that writes a message.
kd_fixture_tests(input_fixture "kd_mda" input input_broken)

# A mail, through the parser.
kd_fixture_tests(parse_fixture "kd_mda" parse parse_fields)

# A body, taken apart.
kd_fixture_tests(body_fixture "kd_mda" body body_inbody)

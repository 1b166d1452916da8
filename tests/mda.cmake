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
kd_unit_test(diff kd_mda)
kd_unit_test(patchid kd_mda)
kd_unit_test(reparse kd_mda kd_store_fixture)
kd_unit_test(complete kd_mda)

# One reader of mda/reading.h by itself.
add_library(kd_reading_fixture STATIC support/reading.c)
target_link_libraries(kd_reading_fixture PUBLIC kd_mda
  PRIVATE PkgConfig::CMOCKA)
foreach(name trailers links shortlog pull notice)
  kd_unit_test(${name} kd_reading_fixture)
endforeach()
kd_unit_test(classify kd_mda)
kd_unit_test(source kd_mda)
kd_unit_test(pool kd_mda)

# A message with everything in it, through the pipe.
add_library(kd_wire_fixture STATIC support/wire_fixture.c)
target_link_libraries(kd_wire_fixture PUBLIC kd_mda
  PRIVATE PkgConfig::CMOCKA)
foreach(name wire wire_hostile wire_limits)
  kd_unit_test(${name} kd_wire_fixture)
endforeach()

# Parsers in the place of the real one.
add_library(kd_child_fixture STATIC support/child_fixture.c)
target_link_libraries(kd_child_fixture PUBLIC kd_mda
  PRIVATE PkgConfig::CMOCKA)
foreach(name child child_grief)
  kd_unit_test(${name} kd_child_fixture)
endforeach()

add_library(kd_check_fixture STATIC support/check_fixture.c)
target_link_libraries(kd_check_fixture PUBLIC kd_mda kd_store_fixture
  PRIVATE PkgConfig::CMOCKA)
foreach(name check_recipes check_store)
  kd_unit_test(${name} kd_check_fixture)
endforeach()

# A whole mail, made into a record.
add_library(kd_record_fixture STATIC support/record_fixture.c)
target_link_libraries(kd_record_fixture PUBLIC kd_mda
  PRIVATE PkgConfig::CMOCKA)
foreach(name record record_who)
  kd_unit_test(${name} kd_record_fixture)
endforeach()

# A process that writes a message.
add_library(kd_input_fixture STATIC support/input_fixture.c)
target_link_libraries(kd_input_fixture PUBLIC kd_mda
  PRIVATE PkgConfig::CMOCKA)
foreach(name input input_broken)
  kd_unit_test(${name} kd_input_fixture)
endforeach()

# A mail, through the parser.
add_library(kd_parse_fixture STATIC support/parse_fixture.c)
target_link_libraries(kd_parse_fixture PUBLIC kd_mda
  PRIVATE PkgConfig::CMOCKA)
foreach(name parse parse_fields)
  kd_unit_test(${name} kd_parse_fixture)
endforeach()

# A body, taken apart.
add_library(kd_body_fixture STATIC support/body_fixture.c)
target_link_libraries(kd_body_fixture PUBLIC kd_mda
  PRIVATE PkgConfig::CMOCKA)
foreach(name body body_inbody)
  kd_unit_test(${name} kd_body_fixture)
endforeach()

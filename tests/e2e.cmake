# SPDX-License-Identifier: GPL-2.0-or-later
# The two programs as a user runs them: kd_e2e_test(NAME [LABEL...]) runs
# tests/e2e/NAME.sh or NAME.py.  Label `long` or `slow` (it takes three
# seconds or more): not in `tests/run --quick`; house/coverage has the slow.
kd_e2e_test(deliver)
kd_e2e_test(spool slow)
kd_e2e_test(spool_drain slow)
kd_e2e_test(tee slow)
kd_e2e_test(hostile long)
kd_e2e_test(check)
kd_e2e_test(edges)
kd_e2e_test(dryrun)
kd_e2e_test(cases)
kd_e2e_test(git_judge slow)
# With GMime alone, and without where it need not be.
add_executable(parse_dump support/parse_dump.c)
target_link_libraries(parse_dump PRIVATE kd_mda)
add_executable(parse_dump_gmime support/parse_dump.c support/never_simple.c)
target_link_libraries(parse_dump_gmime PRIVATE kd_mda)
kd_e2e_test(simple)
kd_e2e_test(order long)
kd_e2e_test(import slow)
kd_e2e_test(import_trouble slow)
kd_e2e_test(odd_sources)
kd_e2e_test(repack long)
kd_e2e_test(backup long)
kd_e2e_test(store_views)
kd_e2e_test(upgrade)
kd_e2e_test(formats)
kd_e2e_test(browser long)
kd_e2e_test(sections slow)
kd_e2e_test(stories)
kd_e2e_test(filters)
kd_e2e_test(terminal)
if(NOT KD_TREE) # they look at words
  kd_e2e_test(manuals)
  kd_e2e_test(readme)
endif()
if(NOT KD_TREE) # what the shells make of it; the rest has unit tests
  kd_e2e_test(completion long)
endif()
kd_e2e_test(firstrun)
kd_e2e_test(timers)
if(NOT KD_TREE)
  kd_e2e_test(install)
  # A clone may be without the history that an upgrade begins in.
  if(NOT KD_SANITIZE AND NOT KD_COVERAGE)
    kd_e2e_test(package long)
    set_property(TEST e2e/package APPEND PROPERTY ENVIRONMENT
      KD_MAY_SKIP=history)
    # A minute or more: it begins early.
    set_tests_properties(e2e/package PROPERTIES TIMEOUT 900 COST 320)
  endif()
endif()

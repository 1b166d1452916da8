# SPDX-License-Identifier: GPL-2.0-or-later
# The tests of store/.  Those of its inside may include store/internal.h.
add_library(kd_store_fixture STATIC support/store_fixture.c
  support/store_world.c support/search_fixture.c
  support/spool_fixture.c support/repack_fixture.c
  support/facts_fixture.c support/import_fixture.c)
target_link_libraries(kd_store_fixture PUBLIC kd_store kd_sqlite
  PRIVATE PkgConfig::CMOCKA)

foreach(name open log log_disk heap refuse damage add variant raw query find series series_rows members
    versions chance plan cost storm large spool spool_foreign
    spool_room wanted about facts facts_limits review migrate terse import import_batch repack repack_damage search search_index thread)
  kd_unit_test(store_${name} kd_store_fixture)
endforeach()

# Delivers in a given order; for tests/e2e/order.py.
add_executable(deliver_many support/deliver_many.c)
target_link_libraries(deliver_many PRIVATE kd_mda kd_store)


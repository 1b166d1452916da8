# SPDX-License-Identifier: GPL-2.0-or-later
kd_unit_test(conf kd_conf kd_base)
target_compile_definitions(test_conf PRIVATE
  KD_SAMPLE="${PROJECT_SOURCE_DIR}/conf/kvmdigest.conf.sample")
add_library(kd_conf_fixture STATIC support/conf_fixture.c)
target_link_libraries(kd_conf_fixture PUBLIC kd_conf kd_base
  PRIVATE PkgConfig::CMOCKA)
foreach(name wrong syntax)
  kd_unit_test(conf_${name} kd_conf_fixture)
endforeach()
kd_unit_test(conf_file kd_conf kd_base)

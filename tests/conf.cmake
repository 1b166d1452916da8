# SPDX-License-Identifier: GPL-2.0-or-later
kd_unit_test(conf kd_conf kd_base)
target_compile_definitions(test_conf PRIVATE
  KD_SAMPLE="${PROJECT_SOURCE_DIR}/conf/kvmdigest.conf.sample")
kd_unit_test(conf_wrong kd_conf kd_base)
kd_unit_test(conf_file kd_conf kd_base)

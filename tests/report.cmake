# SPDX-License-Identifier: GPL-2.0-or-later
# The report: its pure parts, the golden digests of the sample mail, and the
# program as a user runs it.
kd_unit_test(report_when kd_report)
kd_unit_test(report_point kd_report)
kd_unit_test(report_options kd_report)
kd_unit_test(report_render kd_report)
kd_unit_test(report_html kd_report)
kd_unit_test(report_page kd_report)
kd_unit_test(report_rows kd_report)
kd_unit_test(report_changes kd_report)
kd_unit_test(report_notes kd_report)
kd_unit_test(report_phrase kd_report)
kd_unit_test(report_glob kd_report)
kd_unit_test(report_state kd_report)
kd_unit_test(report_mbox kd_report)
kd_unit_test(report_query kd_report)
kd_unit_test(report_complete kd_report kd_store_fixture)
kd_unit_test(mailmap kd_report)
kd_unit_test(employers kd_report)

if(NOT KD_TREE STREQUAL clang)
  kd_add_test(golden/report golden 300
    sh ${CMAKE_CURRENT_SOURCE_DIR}/golden/run.sh)
  kd_add_test(golden/sections golden 300
    sh ${CMAKE_CURRENT_SOURCE_DIR}/golden/sections.sh)
endif()
kd_e2e_test(report)
kd_e2e_test(reference slow)
kd_e2e_test(series)
kd_e2e_test(mbox slow)
kd_e2e_test(mbox_corpus slow)
kd_e2e_test(mailmap)
kd_e2e_test(search)

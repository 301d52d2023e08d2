target_sources(graph_ir_test PRIVATE
  infer_archive_test.cc
  infer_batch_test.cc
  infer_bind_test.cc
  infer_fold_test.cc
  infer_hostile_test.cc
  infer_rules_test.cc
  infer_unknown_test.cc)
target_link_libraries(graph_ir_test PRIVATE tacho_dataset)
target_compile_definitions(graph_ir_test PRIVATE TACHO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

target_sources(graph_ir_test PRIVATE
  references_family_test.cc
  references_fbnet_test.cc
  references_nasbench201_test.cc
  references_onnx_test.cc
  references_test.cc)
target_link_libraries(graph_ir_test PRIVATE tacho_onnx_writer)

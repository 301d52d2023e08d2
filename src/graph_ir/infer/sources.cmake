target_sources(tacho_graph_ir PRIVATE
  infer/infer_shapes.cc
  infer/context.cc
  infer/rules.cc)

target_sources(tacho_graph_ir PRIVATE
  passes/pipeline.cc)

# tacho_backend_plugin(NAME [ONNX] SOURCES... ): the shared library tacho-backend-NAME.so beside the programs,
# so that no program links the runtime. A plugin brings the files of ours that it needs, compiled once for all
# plugins as position-independent code, which the libraries of the programs are not. ONNX: also the ONNX writer.
function(tacho_backend_plugin name)
  cmake_parse_arguments(PLUGIN "ONNX" "" "SOURCES" ${ARGN})
  tacho_plugin_base()
  set(target tacho-backend-${name})
  add_library(${target} MODULE ${PLUGIN_SOURCES})
  if(PLUGIN_ONNX)
    target_link_libraries(${target} PRIVATE tacho_plugin_onnx)
  endif()
  target_link_libraries(${target} PRIVATE tacho_plugin_base ${CMAKE_DL_LIBS})
  if(NOT TACHO_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs)  # what is missing is missed here, not when it is opened
  endif()
  target_compile_definitions(${target} PRIVATE TACHO_VERSION="${PROJECT_VERSION}")
  set_target_properties(${target} PROPERTIES
    PREFIX ""
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
  install(TARGETS ${target} DESTINATION lib/tachograph)
endfunction()

function(tacho_plugin_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC tacho_options Boost::headers nlohmann_json::nlohmann_json)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden)
endfunction()

function(tacho_plugin_base)
  if(TARGET tacho_plugin_base)
    return()
  endif()
  set(src ${PROJECT_SOURCE_DIR}/src)
  tacho_plugin_library(tacho_plugin_base
    ${src}/backends/cpu_name.cc
    ${src}/backends/node_context.cc
    ${src}/backends/spec.cc
    ${src}/backends/window.cc
    ${src}/backends/worker/child_process.cc
    ${src}/common/memory_file.cc
    ${src}/common/text.cc
    ${src}/graph_ir/dag.cc
    ${src}/graph_ir/dims.cc
    ${src}/graph_ir/dtype.cc
    ${src}/graph_ir/graph.cc
    ${src}/graph_ir/made_up_tensors.cc
    ${src}/graph_ir/ops.cc
    ${src}/graph_ir/passes/match.cc)
  if(TACHO_ONNX_ENABLED)
    tacho_plugin_library(tacho_plugin_onnx
      ${src}/backends/onnx_model.cc
      ${src}/common/side_file.cc
      ${src}/graph_ir/onnx_schema.cc
      ${src}/graph_ir/onnx_tensor_writer.cc
      ${src}/graph_ir/onnx_writer.cc)
    target_link_libraries(tacho_plugin_onnx PUBLIC tacho_plugin_base PRIVATE tacho_onnx)
  endif()
endfunction()

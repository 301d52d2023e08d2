# Everything from outside, found once. Debian 12's package names are in scripts/setup.sh.
#
# `tacho` itself needs the first five. What is heavier is built where it is found: without it the
# program, and the tests that are left, still build.
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(CLI11 2.1 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)

function(tacho_missing what)
  if(TACHO_TRAIN STREQUAL "ON")
    message(FATAL_ERROR "TACHO_TRAIN=ON, but ${what} was not found; scripts/setup.sh installs it")
  endif()
  message(STATUS "${what} not found: what needs it is not built; scripts/setup.sh installs it")
endfunction()

# Data sets (tacho-dataset, tacho-train): HDF5 and libarchive.
find_package(HDF5 COMPONENTS C)
find_package(LibArchive)
if(HDF5_FOUND AND LibArchive_FOUND)
  set(TACHO_DATASET_ENABLED ON)
else()
  tacho_missing("HDF5 or libarchive")
endif()

# Training (tacho-train): LibTorch 1.13 or 2.x.
if(TACHO_DATASET_ENABLED AND NOT TACHO_TRAIN STREQUAL "OFF")
  find_package(Torch QUIET)
  if(TORCH_FOUND OR Torch_FOUND)
    set(TACHO_TRAIN_ENABLED ON)
  else()
    tacho_missing("LibTorch")
  endif()
endif()

# ONNX's generated protobuf classes and its text parser: independent references for our reader in
# tests, and the generator of models/. The package's own ONNXConfig.cmake names files that Debian does
# not ship, so the libraries are found directly.
find_package(Protobuf)
find_path(ONNX_INCLUDE_DIR onnx/onnx_pb.h)
find_library(ONNX_LIBRARY onnx)
find_library(ONNX_PROTO_LIBRARY onnx_proto)
if(Protobuf_FOUND AND ONNX_INCLUDE_DIR AND ONNX_LIBRARY AND ONNX_PROTO_LIBRARY)
  set(TACHO_ONNX_ENABLED ON)
  add_library(tacho_onnx INTERFACE)
  target_include_directories(tacho_onnx SYSTEM INTERFACE ${ONNX_INCLUDE_DIR})
  target_compile_definitions(tacho_onnx INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
  target_link_libraries(tacho_onnx INTERFACE ${ONNX_LIBRARY} ${ONNX_PROTO_LIBRARY} protobuf::libprotobuf)
else()
  tacho_missing("ONNX or protobuf")
endif()

# Kernel-level predictors (tacho-kernel): YAML configurations, and trees grown through XGBoost's C
# interface.
find_package(yaml-cpp QUIET)
find_path(XGBOOST_INCLUDE_DIR xgboost/c_api.h)
find_library(XGBOOST_LIBRARY xgboost)
if(yaml-cpp_FOUND AND XGBOOST_INCLUDE_DIR AND XGBOOST_LIBRARY AND TACHO_DATASET_ENABLED AND TACHO_ONNX_ENABLED)
  set(TACHO_KERNEL_BUILDER_ENABLED ON)
  add_library(tacho_xgboost INTERFACE)
  target_include_directories(tacho_xgboost SYSTEM INTERFACE ${XGBOOST_INCLUDE_DIR})
  target_link_libraries(tacho_xgboost INTERFACE ${XGBOOST_LIBRARY})
else()
  tacho_missing("yaml-cpp, XGBoost, HDF5, libarchive or ONNX")
endif()

# The latency database: SQLite's library; of PostgreSQL's only the header, since the library is opened on
# demand.
find_package(ZLIB)
find_package(SQLite3 3.35)
if(SQLite3_FOUND)
  set(TACHO_SQLITE_ENABLED ON)
else()
  message(STATUS "SQLite 3.35 not found: no latency database in a file; scripts/setup.sh installs it")
endif()
find_path(LIBPQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
if(LIBPQ_INCLUDE_DIR)
  set(TACHO_LIBPQ_ENABLED ON)
else()
  message(STATUS "libpq not found: no latency database in PostgreSQL; scripts/setup.sh installs it")
endif()

# Runtimes that models are measured on, each a plugin of its own (cmake/backend_plugin.cmake). Of OpenCV the
# core and dnn modules are enough; its OpenCVConfig.cmake wants all that Debian builds, so they are found directly.
find_path(OPENCV_INCLUDE_DIR opencv2/dnn.hpp PATH_SUFFIXES opencv4)
find_library(OPENCV_CORE_LIBRARY opencv_core)
find_library(OPENCV_DNN_LIBRARY opencv_dnn)
if(OPENCV_INCLUDE_DIR AND OPENCV_CORE_LIBRARY AND OPENCV_DNN_LIBRARY AND TACHO_ONNX_ENABLED)
  set(TACHO_OPENCV_ENABLED ON)
  add_library(tacho_opencv INTERFACE)
  target_include_directories(tacho_opencv SYSTEM INTERFACE ${OPENCV_INCLUDE_DIR})
  target_link_libraries(tacho_opencv INTERFACE ${OPENCV_DNN_LIBRARY} ${OPENCV_CORE_LIBRARY})
else()
  message(STATUS "OpenCV's DNN module or ONNX not found: its backend is not built; scripts/setup.sh installs it")
endif()

# The backend onednn: oneDNN 2.6, whose descriptors 3.0 did away with, with threads of OpenMP's.
find_package(OpenMP QUIET COMPONENTS CXX)
find_package(dnnl 2.6 CONFIG QUIET)
if(OpenMP_CXX_FOUND AND dnnl_FOUND AND dnnl_VERSION VERSION_LESS 3)
  set(TACHO_ONEDNN_ENABLED ON)
else()
  message(STATUS "oneDNN 2 not found: the backend onednn is not built; scripts/setup.sh installs it")
endif()

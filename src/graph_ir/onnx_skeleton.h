// An ONNX file without its weights' bytes.
#pragma once

#include <string>

#include "common/mapped_file.h"

namespace tacho {

/// The file's protobuf encoding with the payloads of large tensors left out: raw or typed data that
/// the reader would not keep (see onnx_reader.h). Those bytes are never read from disk: the file is
/// walked through a window of a few kilobytes, so memory and time follow the number of fields, not
/// their size.
///
/// Why not a memory map: pages of a map count as the process's memory, and kernels that cache files
/// in large pages map up to 2 MB around every byte that is touched, which for a file of many
/// tensors is all of it. Throws Error (without the file's name) if the file cannot be read or is no
/// protobuf encoding.
std::string read_onnx_skeleton(const std::string& path);
/// Of a file that is in memory already.
std::string onnx_skeleton(ByteSpan file);

}  // namespace tacho

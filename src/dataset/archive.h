// The files inside an archive or a folder, one after the other.
#pragma once

#include <functional>
#include <string>

#include "common/mapped_file.h"

namespace tacho {

/// An entry that claims to be larger is not read: 4 GB.
constexpr int64_t kMaxEntryBytes = int64_t{4} << 30;

/// `name` is the path inside the archive or folder, without a leading "./"; `bytes` lives until the
/// visit returns.
using VisitFile = std::function<void(const std::string& name, ByteSpan bytes)>;

/// Visits every regular file: of a .tar, .tar.gz, .tar.zst (a window of up to 2^27 bytes, which is
/// what `zstd --long=27` makes), .tar.xz or .zip in the order they are stored; of a folder,
/// recursively, in the order of their paths. Throws Error naming the archive and the entry:
/// unreadable, not an archive, truncated, too large.
void for_each_in_archive(const std::string& archive_path, const VisitFile& visit);

}  // namespace tacho

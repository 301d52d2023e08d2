#include "common/memory_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/error.h"

namespace tacho {
namespace {

constexpr off_t kTail = 4096;  // bytes: longer lines are cut at their beginning

bool write_all(int descriptor, const std::string& bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t written = ::write(descriptor, bytes.data() + at, bytes.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += static_cast<size_t>(written);
  }
  return true;
}

}  // namespace

MemoryFile::MemoryFile(const std::string& bytes)
    : descriptor_(::memfd_create("tachograph", MFD_CLOEXEC)),
      path_("/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor_)) {
  if (descriptor_ >= 0 && write_all(descriptor_, bytes)) return;
  const std::string problem = std::strerror(errno);
  if (descriptor_ >= 0) ::close(descriptor_);
  throw Error("cannot be kept in memory: " + problem);
}

MemoryFile::~MemoryFile() { ::close(descriptor_); }

void MemoryFile::clear() const {
  if (::ftruncate(descriptor_, 0) == 0) ::lseek(descriptor_, 0, SEEK_SET);
}

std::string MemoryFile::last_line() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return "";
  std::string text(static_cast<size_t>(std::min(status.st_size, kTail)), '\0');
  const ssize_t got = ::pread(descriptor_, text.data(), text.size(),
                              status.st_size - static_cast<off_t>(text.size()));
  text.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  const size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return "";
  const size_t before = text.find_last_of('\n', end);
  const size_t begin = before == std::string::npos ? 0 : before + 1;
  return text.substr(begin, end + 1 - begin);
}

}  // namespace tacho

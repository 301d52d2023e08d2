#include "common/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/error.h"

namespace tacho {

MappedFile::MappedFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw Error(path + ": cannot open: " + std::strerror(errno));
  struct stat info {};
  std::string problem;
  if (::fstat(fd, &info) != 0) {
    problem = std::strerror(errno);
  } else if (!S_ISREG(info.st_mode)) {
    problem = S_ISDIR(info.st_mode) ? "is a folder, not a file" : "is not a regular file";
  } else if (info.st_size > 0) {
    bytes_.size = static_cast<size_t>(info.st_size);
    void* map = ::mmap(nullptr, bytes_.size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED) {
      problem = std::string("cannot map: ") + std::strerror(errno);
    } else {
      bytes_.data = static_cast<const uint8_t*>(map);
    }
  }
  ::close(fd);
  if (!problem.empty()) throw Error(path + ": " + problem);
}

MappedFile::~MappedFile() {
  if (bytes_.data != nullptr) ::munmap(const_cast<uint8_t*>(bytes_.data), bytes_.size);
}

}  // namespace tacho

#include "common/side_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "common/error.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // Linux's own limit

/// Where links lead to, of which the last may lead to nothing yet.
std::string place_of(const std::string& target) {
  std::error_code problem;
  const fs::file_status status = fs::status(target, problem);
  if (fs::is_directory(status)) throw Error(target + ": cannot write: it is a folder");
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw Error(target + ": cannot write: it is a device or a pipe, not a regular file");
  }
  if (!fs::status_known(status)) throw Error(target + ": cannot write: " + problem.message());
  fs::path place = target;
  for (int links = 0; links < kMostLinks && fs::is_symlink(place, problem); ++links) {
    const fs::path next = fs::read_symlink(place, problem);
    if (problem) throw Error(target + ": cannot write: " + problem.message());
    place = place.parent_path() / next;
  }
  return place.string();
}

}  // namespace

SideFile::SideFile(const std::string& target)
    : target_(target),
      place_(place_of(target)),
      path_(place_ + ".writing-" + std::to_string(::getpid())) {}

SideFile::~SideFile() {
  stream_.close();
  std::error_code ignored;
  fs::remove(path_, ignored);
}

std::ofstream& SideFile::stream() {
  if (!stream_.is_open() && open_errno_ == 0) {
    stream_.open(path_, std::ios::binary);
    if (!stream_.is_open()) open_errno_ = errno;
  }
  return stream_;
}

void SideFile::put_in_place() {
  errno = 0;
  if (stream_.is_open()) stream_.close();
  if (!stream_) {
    // None is known where an earlier write failed.
    const int reason = open_errno_ != 0 ? open_errno_ : errno;
    const std::string known = reason != 0 ? std::string(": ") + std::strerror(reason) : "";
    throw Error(target_ + ": cannot write" + known);
  }
  std::error_code problem;
  fs::rename(path_, place_, problem);
  if (problem) throw Error(target_ + ": cannot write: " + problem.message());
}

void write_whole_file(const std::string& path, const std::string& bytes) {
  SideFile side(path);
  side.stream().write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  side.put_in_place();
}

}  // namespace tacho

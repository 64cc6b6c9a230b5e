#include "sim/job_journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "pruning/input_error.hpp"
#include "sim/sha256.hpp"

namespace sim {

namespace {

constexpr std::string_view format = "scnn-sim journal 1 ";

struct Entry {
  std::uint64_t job = 0;
  JobResult result;
};

/// An entry and its checksum, as they stand in the file.
std::string record_of(const Entry& entry) {
  std::string bytes(reinterpret_cast<const char*>(&entry), sizeof entry);
  return bytes + sha256_of(bytes);
}

[[noreturn]] void fail(const std::filesystem::path& file, int error) {
  throw std::runtime_error(file.string() + ": cannot be written: " + std::generic_category().message(error));
}

}  // namespace

JobJournal::JobJournal(std::filesystem::path file, const std::string& run)
    : file_(std::move(file)), first_line_(std::string(format) + run + '\n') {
  std::ifstream stream(file_, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (!content.starts_with(first_line_)) {
    // An interruption may even have cut the first line short.
    is_of_another_run_ = !first_line_.starts_with(content);
    if (is_of_another_run_ && !content.starts_with(format)) {
      throw pruning::InputError(
          {file_.string(), 0, 0, ""},
          "is in the way of what the run keeps in case of an interruption; it is no journal of an "
          "interrupted run, so it is not replaced");
    }
    return;
  }
  const std::size_t size = record_of({}).size();
  for (whole_bytes_ = first_line_.size(); whole_bytes_ + size <= content.size(); whole_bytes_ += size) {
    Entry entry;
    std::memcpy(&entry, content.data() + whole_bytes_, sizeof entry);
    if (content.compare(whole_bytes_, size, record_of(entry)) != 0) break;
    finished_[entry.job] = entry.result;
  }
}

JobJournal::~JobJournal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void JobJournal::open() {
  std::error_code error;
  if (file_.has_parent_path()) std::filesystem::create_directories(file_.parent_path(), error);
  if (error) fail(file_, error.value());
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0 || ::ftruncate(descriptor_, static_cast<off_t>(whole_bytes_)) != 0) fail(file_, errno);
}

void JobJournal::add(std::size_t job, const JobResult& result) {
  std::string bytes;
  if (descriptor_ < 0) {
    open();
    if (whole_bytes_ == 0) bytes = first_line_;
  }
  bytes += record_of({job, result});
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(file_, errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void JobJournal::remove() {
  ::unlink(file_.c_str());
}

}  // namespace sim

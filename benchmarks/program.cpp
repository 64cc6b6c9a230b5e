#include "benchmarks/program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

namespace benchmarks {

namespace {

struct ScratchDirectory {
  ScratchDirectory()
      : path(std::filesystem::temp_directory_path() / ("scnn-bench-" + std::to_string(static_cast<long>(getpid())))) {
    std::filesystem::create_directories(path);
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::filesystem::path path;
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

const std::filesystem::path& scratch_directory() {
  static const ScratchDirectory directory;
  return directory.path;
}

Finished run_program(const std::vector<std::string>& arguments, const char* preloaded) {
  static std::atomic<int> started = 0;
  const std::string number = std::to_string(started++);
  const std::string output = scratch_directory() / ("output-" + number);
  const std::string errors = scratch_directory() / ("errors-" + number);
  std::vector<std::string> words{SCNN_SIM_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string preload = "LD_PRELOAD=";
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  if (preloaded != nullptr) environment.push_back((preload += preloaded).data());
  environment.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const auto start = std::chrono::steady_clock::now();
  pid_t pid = 0;
  const int error = posix_spawn(&pid, SCNN_SIM_PROGRAM, &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), SCNN_SIM_PROGRAM);
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) throw std::system_error(errno, std::generic_category(), "waitpid");

  Finished finished;
  finished.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  finished.output = text_of(output);
  finished.errors = text_of(errors);
  std::filesystem::remove(output);
  std::filesystem::remove(errors);
  return finished;
}

HostFigures read_host_figures(const std::filesystem::path& result_directory) {
  std::ifstream file(result_directory / "host.json");
  const auto json = nlohmann::json::parse(file);
  return {json.at("seconds"), json.at("simulation_seconds"), json.at("peak_memory_bytes")};
}

double own_peak_memory_bytes() {
  rusage self{};
  getrusage(RUSAGE_SELF, &self);
  return 1024.0 * static_cast<double>(self.ru_maxrss);
}

}  // namespace benchmarks

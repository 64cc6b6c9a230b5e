#include "tests/cli/program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "tests/sim/support.hpp"

namespace cli::test {

namespace fs = std::filesystem;

namespace {

/// Starts the program with its output in files.
pid_t start(const std::vector<std::string>& arguments, const std::string& out, const std::string& err) {
  std::vector<std::string> words{"scnn-sim"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, SCNN_SIM_PROGRAM, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), SCNN_SIM_PROGRAM);
  return pid;
}

/// @return its exit status
int end_of(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) throw std::system_error(errno, std::generic_category(), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(const std::vector<std::string>& arguments, const std::string& out, const std::string& err) {
  return end_of(start(arguments, out, err));
}

std::string take(const std::string& file) {
  std::string text = sim::test::read_file(file);
  fs::remove(file);
  return text;
}

/// Beside the working directory, so that a test may look at everything in there.
std::string capture(const char* suffix) {
  return fs::current_path().string() + suffix;
}

}  // namespace

Finished scnn_sim(const std::vector<std::string>& arguments) {
  const int status = run(arguments, capture(".out"), capture(".err"));
  return {status, take(capture(".out")), take(capture(".err"))};
}

Finished scnn_sim_until(const std::string& text, int signal, const std::vector<std::string>& arguments) {
  const pid_t pid = start(arguments, capture(".out"), capture(".err"));
  siginfo_t end{};
  while (sim::test::read_file(capture(".err")).find(text) == std::string::npos) {
    waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOHANG | WNOWAIT);
    if (end.si_pid == pid) break;
    usleep(1000);
  }
  kill(pid, signal);
  const int status = end_of(pid);
  return {status, take(capture(".out")), take(capture(".err"))};
}

Finished scnn_sim_into(const std::string& device, const std::vector<std::string>& arguments) {
  const int status = run(arguments, device, capture(".err"));
  return {status, "", take(capture(".err"))};
}

std::map<std::string, std::string> contents_of(const fs::path& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string path = entry.path().lexically_relative(directory).string();
    if (entry.is_symlink()) {
      contents[path] = "-> " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      contents[path] = sim::test::read_file(entry.path());
    } else {
      contents[path] = "a directory";
    }
  }
  return contents;
}

}  // namespace cli::test

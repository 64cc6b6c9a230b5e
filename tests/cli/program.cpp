#include "tests/cli/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

#include "tests/sim/support.hpp"

namespace cli::test {

namespace fs = std::filesystem;

namespace {

/// Starts a program, found in the path unless it is one, with its output in files.
pid_t start(std::vector<std::string> words, const std::string& out, const std::string& err) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv.front(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), words.front());
  return pid;
}

std::vector<std::string> command_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{SCNN_SIM_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

/// The program as several ranks. As root, and with more ranks than processors, mpirun works only if it is told to.
std::vector<std::string> mpi_command_of(int ranks, const std::vector<std::string>& options,
                                        const std::vector<std::string>& arguments) {
  setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
  setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
  setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 1);
  // What MPI itself does not free is no business of this program.
  std::vector<std::string> words{"mpirun", "-n", std::to_string(ranks), "-x", "ASAN_OPTIONS=detect_leaks=0"};
  words.insert(words.end(), options.begin(), options.end());
  const std::vector<std::string> command = command_of(arguments);
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

/// @return its exit status
int end_of(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) throw std::system_error(errno, std::generic_category(), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(const std::vector<std::string>& arguments, const std::string& out, const std::string& err) {
  return end_of(start(command_of(arguments), out, err));
}

/// Beside the working directory, so that a test may look at everything in there.
std::string capture(const char* suffix) {
  return fs::current_path().string() + suffix;
}

/// Does something again and again until the program's standard error holds `text` or the program has ended.
template <class Do>
void wait_for(const std::string& text, pid_t pid, Do again) {
  siginfo_t end{};
  while (sim::test::read_file(capture(".err")).find(text) == std::string::npos) {
    waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOHANG | WNOWAIT);
    if (end.si_pid == pid) break;
    again();
    usleep(1000);
  }
}

/// The fourth word of /proc/PID/stat, behind a name in brackets, is the parent.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    std::ifstream stat(entry.path() / "stat");
    std::string text;
    if (pid == 0 || !std::getline(stat, text)) continue;
    std::istringstream rest(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    char state = 0;
    pid_t of = 0;
    if (rest >> state >> of && of == parent) children.push_back(pid);
  }
  return children;
}

std::string take(const std::string& file) {
  std::string text = sim::test::read_file(file);
  fs::remove(file);
  return text;
}

}  // namespace

Finished scnn_sim(const std::vector<std::string>& arguments) {
  const int status = run(arguments, capture(".out"), capture(".err"));
  return {status, take(capture(".out")), take(capture(".err"))};
}

Finished scnn_sim_until(const std::string& text, int signal, const std::vector<std::string>& arguments) {
  const pid_t pid = start(command_of(arguments), capture(".out"), capture(".err"));
  wait_for(text, pid, [] {});
  kill(pid, signal);
  const int status = end_of(pid);
  return {status, take(capture(".out")), take(capture(".err"))};
}

Finished scnn_sim_with_workers_killed(const std::string& text, const std::vector<std::string>& arguments) {
  const pid_t pid = start(command_of(arguments), capture(".out"), capture(".err"));
  wait_for(text, pid, [&] {
    for (const pid_t child : children_of(pid)) kill(child, SIGKILL);
  });
  const int status = end_of(pid);
  return {status, take(capture(".out")), take(capture(".err"))};
}

Finished scnn_sim_under_mpi(int ranks, const std::vector<std::string>& arguments) {
  const int status = end_of(start(mpi_command_of(ranks, {}, arguments), capture(".out"), capture(".err")));
  return {status, take(capture(".out")), take(capture(".err"))};
}

Finished scnn_sim_with_rank_killed(int rank, const std::string& text, int ranks,
                                   const std::vector<std::string>& arguments) {
  const pid_t pid = start(mpi_command_of(ranks, {"--enable-recovery"}, arguments), capture(".out"), capture(".err"));
  wait_for(text, pid, [] {});
  const std::string variable = '\0' + fmt::format("OMPI_COMM_WORLD_RANK={}", rank) + '\0';
  for (const pid_t child : children_of(pid)) {
    const std::string environment = sim::test::read_file(fmt::format("/proc/{}/environ", child));
    if (environment.find(variable) != std::string::npos) kill(child, SIGKILL);
  }
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

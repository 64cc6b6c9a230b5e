#include "sim/report_page/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pugixml.hpp>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace sim::report_page {

namespace fs = std::filesystem;

namespace {

/// Fonts are named, not measured; the first that the reader's device has is taken.
constexpr const char* fonts = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/// A new directory that goes with its end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "scnn-sim-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// @return gnuplot's exit status, or 128 and the signal that ended it
int run_gnuplot(std::string script, const std::string& out, const std::string& err) {
  std::string name = "gnuplot";
  std::string defaults = "-d";  // no start-up file of the user
  char* const arguments[] = {name.data(), defaults.data(), script.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, name.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error("gnuplot, which draws the figures, cannot be started: " +
                             std::generic_category().message(error) + " (Debian has it as gnuplot-nox)");
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "gnuplot");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Takes out what depends on gnuplot's version and says what the figure is and in which fonts.
std::string finished(const std::string& svg, const std::string& title) {
  pugi::xml_document document;
  if (!document.load_string(svg.c_str(), pugi::parse_default | pugi::parse_ws_pcdata_single)) {
    throw std::runtime_error("gnuplot, which draws the figures, wrote no SVG");
  }
  pugi::xml_node root = document.child("svg");
  root.remove_child("desc");
  root.child("title").text().set(title.c_str());
  for (const auto& found : document.select_nodes("//@font-family")) found.attribute().set_value(fonts);
  std::ostringstream text;
  document.save(text, "", pugi::format_raw);
  return text.str() + '\n';
}

}  // namespace

std::string draw(const Drawing& drawing) {
  const TemporaryDirectory directory;
  const std::string script = directory.file("script");
  std::ofstream(script, std::ios::binary)
      << "set encoding utf8\n"
      << fmt::format("set terminal svg noenhanced size {},{} font 'Helvetica,13' linewidth 1 background '#ffffff'\n",
                     drawing.width, drawing.height)
      << drawing.commands;
  const int status = run_gnuplot(script, directory.file("out"), directory.file("err"));
  if (status != 0) {
    throw std::runtime_error(
        fmt::format("gnuplot, which draws the figures, ended with {}: {}", status, content_of(directory.file("err"))));
  }
  return finished(content_of(directory.file("out")), drawing.title);
}

std::string gnuplot_text(std::string_view text, std::size_t longest) {
  std::string quoted = "'";
  std::size_t characters = 0;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    const bool begins_character = (code & 0xc0U) != 0x80U;
    if (begins_character && ++characters > longest) {
      quoted += "…";
      break;
    }
    if (code < 0x20 || code == 0x7f) {
      quoted += ' ';  // a line end would end the command
    } else {
      quoted += c;
      if (c == '\'') quoted += c;
    }
  }
  return quoted + '\'';
}

}  // namespace sim::report_page

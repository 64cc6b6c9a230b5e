#pragma once

#include "sim/command_line/usage.hpp"

/// The subcommands: each reads its arguments, does its work and returns an exit status.
/// @throws UsageError, boost::program_options::error and whatever the work throws
namespace command_line {

int run(const Words& arguments);
int train(const Words& arguments);
int accuracy(const Words& arguments);
int sensitivity(const Words& arguments);
int prune(const Words& arguments);
int inspect(const Words& arguments);
int profile(const Words& arguments);
int storage(const Words& arguments);
int sweep(const Words& arguments);
int merge(const Words& arguments);
int export_tables(const Words& arguments);
int report(const Words& arguments);
int compare(const Words& arguments);
int parameters(const Words& arguments);

}  // namespace command_line

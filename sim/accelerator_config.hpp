#pragma once

#include <string>

#include "models/scnn/parameters.hpp"
#include "workloads/config_node.hpp"

namespace sim {

/// Reads the `accelerator` mapping of a run file; a missing key keeps its default.
/// @throws pruning::InputError for unknown keys, wrong types, values out of range or that do not go together
scnn::Parameters read_accelerator(const workloads::ConfigNode& node);

/// Every parameter as YAML, nested as it is read, each with its unit and meaning in a comment.
/// @param indent blanks in front of every line
std::string accelerator_yaml(const scnn::Parameters& parameters, int indent = 0);

/// The value of a parameter as text, as YAML and tables print it.
std::string value_text(const scnn::ParameterInfo& info, const scnn::Parameters& parameters);

}  // namespace sim

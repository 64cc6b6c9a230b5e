#pragma once

#include <string>

#include "sim/accelerator.hpp"
#include "workloads/config_node.hpp"

namespace sim {

/// Reads the `accelerator` mapping of a run file; a missing key keeps its default.
/// @throws pruning::InputError for unknown keys, wrong types, values out of range or that do not go together
Accelerator read_accelerator(const workloads::ConfigNode& node);

/// Every parameter of SCNN, or of EIE, as YAML, nested as it is read, each with its unit and meaning in a comment.
/// @param indent blanks in front of every line
std::string accelerator_yaml(const scnn::Parameters& parameters, int indent = 0);
std::string eie_yaml(const eie::Parameters& parameters, int indent = 0);

/// The value of a parameter as text, as YAML and tables print it.
std::string value_text(const scnn::ParameterInfo& info, const scnn::Parameters& parameters);
std::string value_text(const eie::ParameterInfo& info, const eie::Parameters& parameters);

}  // namespace sim

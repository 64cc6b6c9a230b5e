#include "sim/shared_tensors.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "sim/resolved_config.hpp"
#include "sim/sha256.hpp"

namespace sim {

std::shared_ptr<const EvaluatedLayer> SharedTensors::evaluate(std::size_t layer, std::size_t image,
                                                              const std::function<pruning::Tensor<float>()>& input) {
  std::shared_ptr<const EvaluatedLayer>& evaluated = layers_[{layer, image}];
  if (!evaluated) evaluated = std::make_shared<const EvaluatedLayer>(evaluator_.evaluate(layer, input()));
  return evaluated;
}

std::string tensors_of(const RunFile& run) {
  RunFile tensors = run;
  tensors.energy_table = {};
  tensors.machines = {Machine::scnn};
  tensors.by_layer_type = false;
  // Of the machine, the width of a partial sum alone decides how products are rounded.
  tensors.accelerator = {};
  tensors.accelerator.accumulator_bits = run.accelerator.accumulator_bits;
  std::string text = resolved_config(tensors);
  if (run.machines.back() == Machine::eie) {
    const eie::Parameters& eie = run.accelerator.eie;
    text += fmt::format("weights shared as {} bits, in columns over {} PEs with an index of {} bits\n", eie.weight_bits,
                        eie.pes, eie.index_bits);
  }
  for (const InputFile& input : input_files(run)) text += std::filesystem::absolute(input.path).string() + '\n';
  return sha256_of(text);
}

}  // namespace sim

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/dense/counters.hpp"
#include "models/eie/counters.hpp"
#include "models/energy/energy.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"
#include "sim/accelerator.hpp"

namespace sim {

/// The machines that a run can choose (Parashar et al., ISCA 2017): SCNN; the dense DCNN, plain and optimised; SCNN
/// with dense activations and with dense weights; SCNN without any loss; and EIE (Han et al., ISCA 2016), for fully
/// connected layers alone.
enum class Machine { scnn, dcnn, dcnn_opt, scnn_sparse_w, scnn_sparse_a, scnn_oracle, eie };

inline constexpr std::size_t machine_kinds = 7;

/// Their names in run files and results, in order.
const std::vector<std::string>& machine_names();
const std::string& name_of(Machine machine);

/// DCNN or DCNN-opt.
bool is_dense(Machine machine);
/// Whether it is the SCNN model that runs, cycle by cycle.
bool runs_on_scnn(Machine machine);
/// Whose zeros it stores.
scnn::DenseOperand dense_operand(Machine machine);

/// What a machine counted: in the first two if it is SCNN or a variant of it (of the oracle products and slots alone),
/// in the next two if it is dense, in the last if it is EIE.
struct MachineCounts {
  scnn::Counters counters;
  scnn::PeCycles pe_cycles;
  dense::Counters dense_counters;
  dense::PeCycles dense_pe_cycles;
  eie::Counters eie_counters;
  eie::PeCycles eie_pe_cycles;

  MachineCounts& operator+=(const MachineCounts& other);
};

/// A count with its description.
struct Count {
  std::string_view name;
  std::string_view unit;
  std::string_view description;
  std::int64_t value = 0;
};

/// Those that mean something for the machine.
std::vector<Count> counters_of(Machine machine, const MachineCounts& counts);
std::vector<Count> pe_cycles_of(Machine machine, const MachineCounts& counts);
/// None of the oracle.
std::vector<energy::ActionCount> actions_of(Machine machine, const MachineCounts& counts,
                                            const Accelerator& accelerator);
std::int64_t pes_of(Machine machine, const Accelerator& accelerator);
/// Of the clock of the machine.
double clock_ghz(Machine machine, const Accelerator& accelerator);
/// Areas of one PE; variants are built alike. None of the oracle.
std::vector<energy::ComponentArea> areas_of(const energy::Table& table, Machine machine);
std::int64_t products_of(Machine machine, const MachineCounts& counts);

}  // namespace sim

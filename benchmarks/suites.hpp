#pragma once

namespace benchmarks {

/// Each adds the benchmarks of one suite; their names begin with it. Every benchmark checks its answer while it times.
void register_datapaths();
void register_eie();
void register_layers();
void register_networks();
void register_streams();
void register_weights();

}  // namespace benchmarks

#pragma once

namespace scnn {

/// How the datapaths of the PEs are evaluated; the counts are the same.
enum class Evaluation {
  fast,     ///< computed, wherever that is possible (see FastDatapath::applies)
  detailed  ///< block by block, cycle by cycle
};

}  // namespace scnn

#pragma once

namespace scnn {

/// How the PEs are evaluated; the counts are the same.
enum class Evaluation {
  fast,     ///< computed, wherever that is possible (see FastElements::applies)
  detailed  ///< block by block, cycle by cycle
};

}  // namespace scnn

#pragma once

#include <memory>
#include <systemc>

namespace scnn {

/// A SystemC kernel of its own. The library simulates in one global context; exchanging it lets one
/// process hold and build several designs, one after another.
class Kernel {
 public:
  Kernel() : context_(std::make_unique<sc_core::sc_simcontext>()) {}

  /// While it lives, SystemC works in this kernel: needed to build, run and take down its design.
  class Use {
   public:
    explicit Use(const Kernel& kernel)
        : current_(sc_core::sc_curr_simcontext), global_(sc_core::sc_default_global_context) {
      sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = kernel.context_.get();
    }
    ~Use() {
      sc_core::sc_curr_simcontext = current_;
      sc_core::sc_default_global_context = global_;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    sc_core::sc_simcontext* current_;
    sc_core::sc_simcontext* global_;
  };

 private:
  std::unique_ptr<sc_core::sc_simcontext> context_;
};

}  // namespace scnn

// Loaded ahead of a program's own libraries: it then chooses among instruction sets no wider than AVX2.

#include <hwy/targets.h>

namespace {

struct UpToAvx2 {
  UpToAvx2() { hwy::DisableTargets(HWY_AVX2 - 1); }  // wider ones have lower bits
};
const UpToAvx2 up_to_avx2;

}  // namespace

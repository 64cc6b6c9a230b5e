#pragma once

#include "pruning/grain.hpp"
#include "pruning/train/training.hpp"
#include "sim/command_line/usage.hpp"

namespace command_line {

/// Adds the options that say which images there are, and with `learning` those of learning from them.
void add_lesson_options(Usage& usage, bool learning);

train::Lessons lessons_of(const Values& values);

/// That of `--granularity`.
pruning::Granularity granularity_of(const Values& values);

}  // namespace command_line

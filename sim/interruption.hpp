#pragma once

namespace sim {

/// From now on SIGINT and SIGTERM end the process at once, after a last line on standard error, with the exit status
/// that a shell gives: 128 and the number of the signal.
/// @param line with its end; must live as long as the process
void end_on_interrupt(const char* line);

/// From now on SIGINT and SIGTERM do nothing: for a short while that must not leave things half done.
void ignore_interrupts();

}  // namespace sim

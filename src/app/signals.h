// Waits for the signals that end a server. Block them before any thread starts, so that they arrive
// here and nowhere else.
#pragma once

namespace app {

// SIGINT, SIGTERM and SIGHUP for this thread and all it starts.
void BlockStopSignals();

// The signal that came.
int WaitForStopSignal();

}  // namespace app

// Artifacts in memory: a small true Store for tests.
#pragma once

#include <memory>

#include "artifacts/store.h"

namespace artifacts {

// Keeps everything until it is destroyed; nothing is durable.
std::unique_ptr<Store> NewMemoryStore();

}  // namespace artifacts

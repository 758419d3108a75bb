// Brings vectors to unit length.
#pragma once

#include <span>

namespace embedding {

// Divides by the Euclidean length. False, and unchanged, when that is zero or not finite.
bool ToUnitLength(std::span<float> vector);

}  // namespace embedding

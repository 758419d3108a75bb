#include "embedding/unit_length.h"

#include <cmath>

namespace embedding {

bool ToUnitLength(std::span<float> vector) {
  double sum = 0;
  for (const float value : vector) sum += static_cast<double>(value) * value;
  if (!(sum > 0) || !std::isfinite(sum)) return false;
  const auto factor = static_cast<float>(1 / std::sqrt(sum));
  for (float& value : vector) value *= factor;
  return true;
}

}  // namespace embedding

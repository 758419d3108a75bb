// BertConfig: the sizes of a BERT model, from its `config.json`.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace inference {

struct BertConfig {
  size_t layers = 0;
  size_t heads = 0;
  size_t width = 0;
  size_t inner_width = 0;  // of the feed-forward part
  size_t vocab = 0;
  size_t positions = 0;
  size_t types = 0;
  double epsilon = 1e-12;

  size_t head_width() const { return width / heads; }
};

// Outside bytes: every size is checked against a sane limit. kUnsupported when the model is not a
// BERT with absolute positions and erf-GELU.
base::Result<BertConfig> ParseBertConfig(std::string_view json);

}  // namespace inference

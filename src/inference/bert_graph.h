// The BERT sentence encoder as an OpenVINO graph.
#pragma once

#include <memory>
#include <openvino/core/model.hpp>

#include "base/result.h"
#include "inference/bert_config.h"
#include "inference/safetensors.h"

namespace inference {

// Inputs `ids` i32 [rows, columns] and `mask` f32 [rows, columns], both dynamic; output f32
// [rows, width]. The constants point into `weights`, which must live as long as the model and what
// is compiled from it.
base::Result<std::shared_ptr<ov::Model>> BuildBertGraph(const BertConfig& config,
                                                        const Safetensors& weights);

}  // namespace inference

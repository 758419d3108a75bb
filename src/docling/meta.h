// What models and people said about a node: summaries, descriptions, classes, chart data. Rare, so
// nodes hold it behind one pointer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "docling/table.h"

namespace docling {

// Values of keys outside the schema (only of the form namespace__name), as JSON text, in the order
// they were met. They are carried, never interpreted.
using CustomFields = std::vector<std::pair<std::string, std::string>>;

// What every field of Meta may carry beside its value.
struct MetaField {
  std::optional<double> confidence;  // 0..1
  std::optional<std::string> created_by;
  CustomFields custom;
};

struct MetaText : MetaField {  // summary, description
  std::string text;
};

struct MetaValues : MetaField {  // keywords, topics
  std::vector<std::string> values;
};

struct MetaPrediction : MetaField {
  std::string class_name;  // such as "bar_chart"
};

struct MetaClassification {
  std::vector<MetaPrediction> predictions;
  CustomFields custom;
};

struct MetaMolecule : MetaField {
  std::string smi;  // SMILES
};

struct MetaChart : MetaField {
  std::optional<std::string> title;
  TableData data;
};

struct Meta {
  std::optional<MetaText> summary;
  std::optional<std::string> language;  // JSON text of the object
  std::optional<std::string> entities;  // JSON text of the object
  std::optional<MetaValues> keywords;
  std::optional<MetaValues> topics;
  // Tables and pictures:
  std::optional<MetaText> description;
  // Pictures:
  std::optional<MetaClassification> classification;
  std::optional<MetaMolecule> molecule;
  std::optional<MetaChart> tabular_chart;
  std::optional<std::string> code;  // JSON text of the object
  CustomFields custom;
};

}  // namespace docling

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "docling/json_read_nodes.h"
#include "docling/json_writer.h"

namespace docling {
namespace {

namespace json = boost::json;

constexpr std::string_view kLegacy = "docling_legacy__";

std::optional<double> ReadConfidence(Fields& fields) {
  const auto confidence = fields.OptionalNumber("confidence");
  if (confidence && !(*confidence >= 0 && *confidence <= 1)) {
    fields.problem().Set("a confidence must be 0 to 1");
  }
  return confidence;
}

void ReadFieldHead(Fields& fields, MetaField& field) {
  field.confidence = ReadConfidence(fields);
  field.created_by = fields.OptionalText("created_by");
}

MetaText ReadMetaText(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  MetaText field;
  ReadFieldHead(fields, field);
  field.text = fields.Text("text");
  field.custom = fields.Custom();
  return field;
}

MetaValues ReadMetaValues(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  MetaValues field;
  ReadFieldHead(fields, field);
  for (const json::value& entry : fields.Array("values")) {
    if (!entry.is_string()) problem.Set("'values' must hold strings");
    if (problem) return field;
    field.values.emplace_back(entry.get_string());
  }
  field.custom = fields.Custom();
  return field;
}

MetaClassification ReadClassification(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  MetaClassification classification;
  for (const json::value& entry : fields.Array("predictions")) {
    Fields prediction(entry, problem);
    MetaPrediction& read = classification.predictions.emplace_back();
    ReadFieldHead(prediction, read);
    read.class_name = prediction.Text("class_name");
    read.custom = prediction.Custom();
  }
  if (classification.predictions.empty()) problem.Set("a classification without predictions");
  classification.custom = fields.Custom();
  return classification;
}

MetaMolecule ReadMolecule(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  MetaMolecule molecule;
  ReadFieldHead(fields, molecule);
  molecule.smi = fields.Text("smi");
  molecule.custom = fields.Custom();
  return molecule;
}

MetaChart ReadChart(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  MetaChart chart;
  ReadFieldHead(fields, chart);
  chart.title = fields.OptionalText("title");
  chart.data = ReadTableData(fields.Any("chart_data"), problem);
  chart.custom = fields.Custom();
  return chart;
}

void ReadPictureFields(Fields& fields, Meta& meta) {
  Problem& problem = fields.problem();
  if (const json::value* value = fields.Optional("classification")) {
    meta.classification = ReadClassification(*value, problem);
  }
  if (const json::value* value = fields.Optional("molecule")) {
    meta.molecule = ReadMolecule(*value, problem);
  }
  if (const json::value* value = fields.Optional("tabular_chart")) {
    meta.tabular_chart = ReadChart(*value, problem);
  }
  if (const json::value* value = fields.Optional("code")) meta.code = ToJsonText(*value);
}

// --- annotations of old documents

MetaClassification FromAnnotatedClasses(Fields& annotation) {
  MetaClassification classification;
  const std::string by = annotation.Text("provenance");
  for (const json::value& entry : annotation.Array("predicted_classes")) {
    Fields fields(entry, annotation.problem());
    MetaPrediction& prediction = classification.predictions.emplace_back();
    prediction.class_name = fields.Text("class_name");
    prediction.confidence = ReadConfidence(fields);
    prediction.created_by = by;
  }
  if (classification.predictions.empty()) {
    annotation.problem().Set("a classification without predictions");
  }
  return classification;
}

MetaMolecule FromAnnotatedMolecule(Fields& annotation) {
  MetaMolecule molecule;
  molecule.smi = annotation.Text("smi");
  molecule.confidence = ReadConfidence(annotation);
  molecule.created_by = annotation.OptionalText("provenance");
  for (const char* key : {"segmentation", "class_name"}) {
    if (const json::value* value = annotation.Optional(key)) {
      molecule.custom.emplace_back(std::string(kLegacy) + key, ToJsonText(*value));
    }
  }
  return molecule;
}

void KeepAsCustom(const json::value& value, std::string_view kind, Meta& meta) {
  const std::string key = std::string(kLegacy) + std::string(kind);
  for (const auto& [present, text] : meta.custom) {
    if (present == key) return;
  }
  const json::value* content = kind == "misc" ? value.get_object().if_contains("content") : nullptr;
  meta.custom.emplace_back(key, ToJsonText(content != nullptr ? *content : value));
}

void MigrateOne(const json::value& value, MetaKind kind, Meta& meta, Problem& problem) {
  Fields annotation(value, problem);
  const std::string name = annotation.Text("kind");
  if (name.empty()) problem.Set("an annotation without a kind");
  if (problem) return;
  const bool picture = kind == MetaKind::kPicture;
  if (name == "description") {
    MetaText description;
    description.created_by = annotation.Text("provenance");
    description.text = annotation.Text("text");
    if (!meta.description) meta.description = std::move(description);
  } else if (picture && name == "classification") {
    if (!meta.classification) meta.classification = FromAnnotatedClasses(annotation);
  } else if (picture && name == "molecule_data") {
    if (!meta.molecule) meta.molecule = FromAnnotatedMolecule(annotation);
  } else if (picture && name == "tabular_chart_data") {
    MetaChart chart;
    chart.title = annotation.OptionalText("title");
    chart.data = ReadTableData(annotation.Any("chart_data"), problem);
    if (!meta.tabular_chart) meta.tabular_chart = std::move(chart);
  } else {
    KeepAsCustom(value, name, meta);
  }
}

}  // namespace

Meta ReadMeta(const json::value& value, MetaKind kind, Problem& problem) {
  Fields fields(value, problem);
  Meta meta;
  if (const json::value* v = fields.Optional("summary")) meta.summary = ReadMetaText(*v, problem);
  if (const json::value* v = fields.Optional("language")) meta.language = ToJsonText(*v);
  if (const json::value* v = fields.Optional("entities")) meta.entities = ToJsonText(*v);
  if (const json::value* v = fields.Optional("keywords")) {
    meta.keywords = ReadMetaValues(*v, problem);
  }
  if (const json::value* v = fields.Optional("topics")) meta.topics = ReadMetaValues(*v, problem);
  if (kind != MetaKind::kBase) {
    if (const json::value* v = fields.Optional("description")) {
      meta.description = ReadMetaText(*v, problem);
    }
  }
  if (kind == MetaKind::kPicture) ReadPictureFields(fields, meta);
  meta.custom = fields.Custom();
  return meta;
}

void MigrateAnnotations(const json::array& annotations, MetaKind kind, Rare<Meta>& meta,
                        Problem& problem) {
  for (const json::value& annotation : annotations) {
    MigrateOne(annotation, kind, meta.Ensure(), problem);
    if (problem) return;
  }
}

}  // namespace docling

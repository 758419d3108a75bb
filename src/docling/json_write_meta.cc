// Meta → JSON: null fields are left out, keys outside the schema follow the others.
#include "docling/json_write_nodes.h"

namespace docling {
namespace {

void WriteCustom(JsonWriter& json, const CustomFields& custom) {
  for (const auto& [key, value] : custom) {
    json.Key(key);
    json.Raw(value);
  }
}

// The keys every meta field begins with, and its own extra keys after `write_rest`.
template <typename WriteRest>
void WriteMetaField(JsonWriter& json, std::string_view key, const MetaField& field,
                    WriteRest write_rest) {
  if (!key.empty()) json.Key(key);
  json.BeginObject();
  if (field.confidence) json.Field("confidence", *field.confidence);
  if (field.created_by) json.Field("created_by", *field.created_by);
  write_rest();
  WriteCustom(json, field.custom);
  json.EndObject();
}

void WriteMetaText(JsonWriter& json, std::string_view key, const MetaText& field) {
  WriteMetaField(json, key, field, [&] { json.Field("text", field.text); });
}

void WriteMetaValues(JsonWriter& json, std::string_view key, const MetaValues& field) {
  WriteMetaField(json, key, field, [&] {
    json.Key("values");
    json.BeginArray();
    for (const std::string& value : field.values) json.String(value);
    json.EndArray();
  });
}

void WriteClassification(JsonWriter& json, const MetaClassification& classification) {
  json.Key("classification");
  json.BeginObject();
  json.Key("predictions");
  json.BeginArray();
  for (const MetaPrediction& prediction : classification.predictions) {
    WriteMetaField(json, "", prediction, [&] { json.Field("class_name", prediction.class_name); });
  }
  json.EndArray();
  WriteCustom(json, classification.custom);
  json.EndObject();
}

void WriteFloatingMeta(JsonWriter& json, const Meta& meta) {
  if (meta.description) WriteMetaText(json, "description", *meta.description);
  if (meta.classification) WriteClassification(json, *meta.classification);
  if (meta.molecule) {
    WriteMetaField(json, "molecule", *meta.molecule,
                   [&] { json.Field("smi", meta.molecule->smi); });
  }
  if (meta.tabular_chart) {
    WriteMetaField(json, "tabular_chart", *meta.tabular_chart, [&] {
      if (meta.tabular_chart->title) json.Field("title", *meta.tabular_chart->title);
      json.Key("chart_data");
      WriteTableData(json, meta.tabular_chart->data);
    });
  }
  if (meta.code) {
    json.Key("code");
    json.Raw(*meta.code);
  }
}

}  // namespace

void WriteMeta(JsonWriter& json, const Meta& meta, bool base_only) {
  json.Key("meta");
  json.BeginObject();
  if (meta.summary) WriteMetaText(json, "summary", *meta.summary);
  if (meta.language) {
    json.Key("language");
    json.Raw(*meta.language);
  }
  if (meta.entities) {
    json.Key("entities");
    json.Raw(*meta.entities);
  }
  if (meta.keywords) WriteMetaValues(json, "keywords", *meta.keywords);
  if (meta.topics) WriteMetaValues(json, "topics", *meta.topics);
  if (!base_only) WriteFloatingMeta(json, meta);
  WriteCustom(json, meta.custom);
  json.EndObject();
}

}  // namespace docling

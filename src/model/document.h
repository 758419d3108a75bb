// Documents (bytes, unique by hash) and the URIs under which sources know them.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json_text.h"

namespace model {

// One sequence of bytes. `hash` is "sha256-" + hex of them.
struct Document {
  std::string hash;
  std::string mime_type;
  std::optional<int64_t> file_size;
  base::JsonText doc_meta;

  bool operator==(const Document&) const = default;
};
BOOST_DESCRIBE_STRUCT(Document, (), (hash, mime_type, file_size, doc_meta))

// A name of a document in a source; unique by (uri, source). The uri is opaque: stored and compared
// as it is, never opened.
struct DocumentUri {
  static constexpr std::string_view kSchemaName = "DocumentURI";

  int64_t id = 0;
  std::string doc_hash;
  std::string uri;
  std::string source;
  int64_t version = 1;  // grows with each change of doc_hash
  std::optional<int64_t> batch_id;

  bool operator==(const DocumentUri&) const = default;
};
BOOST_DESCRIBE_STRUCT(DocumentUri, (), (id, doc_hash, uri, source, version, batch_id))

// What happened to a DocumentUri: action "create" or "update".
struct DocumentUriHistory {
  int64_t id = 0;
  int64_t doc_uri_id = 0;
  int64_t version = 1;
  std::string hash;
  base::Time process_date;
  std::string action;
  std::optional<int64_t> batch_id;
  base::JsonText histmeta;

  bool operator==(const DocumentUriHistory&) const = default;
};
BOOST_DESCRIBE_STRUCT(DocumentUriHistory, (),
                      (id, doc_uri_id, version, hash, process_date, action, batch_id, histmeta))

// What a list of runs shows of its document.
struct DocumentInfo {
  std::optional<std::string> uri;
  std::optional<std::string> source;
  std::optional<int64_t> file_size;
  std::optional<std::string> mime_type;

  bool operator==(const DocumentInfo&) const = default;
};
BOOST_DESCRIBE_STRUCT(DocumentInfo, (), (uri, source, file_size, mime_type))

// What became of a (uri, hash) pair that a source asked about.
enum class SourceStatus { kMatched, kMismatch, kNew, kDeleted };
BOOST_DESCRIBE_ENUM(SourceStatus, kMatched, kMismatch, kNew, kDeleted)

}  // namespace model

// An Office Open XML package: parts in an archive, tied together by relationships.
// Owns the archive; not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "formats/office/archive.h"
#include "formats/office/reader.h"
#include "formats/office/xml.h"

namespace office {

// An arrow from a part to another, or out of the package.
struct Relationship {
  std::string type;    // the last segment of its URI: "image", "hyperlink", "slide"
  std::string target;  // a part's name without leading '/', or an address as it is written
  bool external = false;
};

// By id, in the order of ids as text.
using Relationships = std::map<std::string, Relationship, std::less<>>;

class Package {
 public:
  static base::Result<Package> Open(std::string_view bytes);

  Archive& archive() { return archive_; }

  // Those of a part, "" for the package itself. Empty when there are none or they cannot be read.
  Relationships RelationshipsOf(std::string_view part);
  // The target of the first relationship of that type, "" when there is none.
  static std::string TargetOf(const Relationships& relationships, std::string_view type);

  // The part that is the document: what the package's officeDocument relationship names.
  base::Result<std::string> MainPart();

  // What the package says the part is, "image/png"; "" when it does not say.
  std::string ContentType(std::string_view part);

  base::Result<XmlDocument> ReadXml(std::string_view part, Space space = Space::kKept);
  // What the core properties say; empty where they are missing.
  Facts CoreProperties();

 private:
  explicit Package(Archive archive) : archive_(std::move(archive)) {}

  Archive archive_;
  std::optional<XmlDocument> content_types_;  // read when asked for
};

// `target` seen from `part`: "../media/a.png" of "word/document.xml" is "media/a.png".
std::string ResolveTarget(std::string_view part, std::string_view target);

// "a%20b" is "a b".
std::string DecodeUri(std::string_view uri);

}  // namespace office

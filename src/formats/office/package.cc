#include "formats/office/package.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "text/utf8.h"

namespace office {
namespace {

// "word/_rels/document.xml.rels" of "word/document.xml".
std::string RelationshipsPart(std::string_view part) {
  const size_t slash = part.rfind('/');
  const std::string_view folder = slash == std::string_view::npos ? "" : part.substr(0, slash + 1);
  return fmt::format("{}_rels/{}.rels", folder, part.substr(folder.size()));
}

}  // namespace

std::string ResolveTarget(std::string_view part, std::string_view target) {
  std::vector<std::string_view> segments;
  const auto add = [&](std::string_view path) {
    while (!path.empty()) {
      const size_t slash = path.find('/');
      const std::string_view segment = path.substr(0, slash);
      path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
      if (segment == "..") {
        if (!segments.empty()) segments.pop_back();
      } else if (!segment.empty() && segment != ".") {
        segments.push_back(segment);
      }
    }
  };
  const size_t slash = part.rfind('/');
  if (!target.starts_with('/') && slash != std::string_view::npos) add(part.substr(0, slash));
  add(target);
  return fmt::format("{}", fmt::join(segments, "/"));
}

std::string DecodeUri(std::string_view uri) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  std::string out;
  for (size_t i = 0; i < uri.size(); ++i) {
    const int high = uri[i] == '%' && i + 2 < uri.size() ? digit(uri[i + 1]) : -1;
    const int low = high >= 0 ? digit(uri[i + 2]) : -1;
    if (low >= 0) i += 2;
    out += low >= 0 ? char(high * 16 + low) : uri[i];
  }
  return out;
}

base::Result<Package> Package::Open(std::string_view bytes) {
  SI_ASSIGN(Archive archive, Archive::Open(bytes));
  return Package(std::move(archive));
}

Relationships Package::RelationshipsOf(std::string_view part) {
  Relationships found;
  const auto document = ReadXml(RelationshipsPart(part));
  if (!document) return found;
  for (const Element element : document->root().children()) {
    if (LocalName(element) != "Relationship") continue;
    const std::string_view type = Attribute(element, "Type");
    Relationship relationship{.type = std::string(type.substr(type.rfind('/') + 1)),
                              .target = std::string(Attribute(element, "Target")),
                              .external = Attribute(element, "TargetMode") == "External"};
    if (!relationship.external) {
      relationship.target = ResolveTarget(part, DecodeUri(relationship.target));
    }
    found.emplace(Attribute(element, "Id"), std::move(relationship));
  }
  return found;
}

std::string Package::TargetOf(const Relationships& relationships, std::string_view type) {
  for (const auto& [id, relationship] : relationships) {
    if (relationship.type == type && !relationship.external) return relationship.target;
  }
  return {};
}

base::Result<std::string> Package::MainPart() {
  std::string part = TargetOf(RelationshipsOf(""), "officeDocument");
  if (part.empty() || !archive_.Has(part)) {
    return base::Fail(base::Code::kDamaged, "the file names no document within it");
  }
  return part;
}

std::string Package::ContentType(std::string_view part) {
  if (!content_types_) {
    auto document = ReadXml("[Content_Types].xml");
    if (!document) return {};
    content_types_ = std::move(*document);
  }
  const std::string_view extension = part.substr(std::min(part.rfind('.'), part.size() - 1) + 1);
  std::string type;
  for (const Element element : content_types_->root().children()) {
    const std::string_view name = Attribute(element, "PartName");
    if (!name.empty() && name.substr(1) == part) {
      return std::string(Attribute(element, "ContentType"));
    }
    if (text::ToLower(Attribute(element, "Extension")) == text::ToLower(extension)) {
      type = Attribute(element, "ContentType");
    }
  }
  return type;
}

base::Result<XmlDocument> Package::ReadXml(std::string_view part, Space space) {
  SI_ASSIGN(std::string text, archive_.Read(part));
  return XmlDocument::Parse(std::move(text), part, space);
}

Facts Package::CoreProperties() {
  Facts facts;
  const std::string part = TargetOf(RelationshipsOf(""), "core-properties");
  const auto document = ReadXml(part.empty() ? "docProps/core.xml" : part);
  if (!document) return facts;
  const auto text = [&](std::string_view name) {
    return std::string(text::Strip(AllText(Child(document->root(), name))));
  };
  facts.title = text("dc:title");
  facts.author = text("dc:creator");
  facts.subject = text("dc:subject");
  facts.keywords = text("cp:keywords");
  return facts;
}

}  // namespace office

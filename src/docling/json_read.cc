#include <boost/json/value.hpp>
#include <charconv>
#include <utility>

#include "docling/check.h"
#include "docling/hyperlink.h"
#include "docling/json.h"
#include "docling/json_fields.h"
#include "docling/json_read_nodes.h"
#include "docling/json_stream.h"

namespace docling {
namespace {

namespace json = boost::json;
using base::Code;

constexpr int kMinorVersion = 10;  // of kSchemaVersion

// "1.<minor>.<patch>" with minor <= ours; anything else is not for us.
bool IsReadableVersion(std::string_view version) {
  if (!version.starts_with("1.")) return false;
  int minor = 0;
  const char* end = version.data() + version.size();
  const auto [rest, error] = std::from_chars(version.data() + 2, end, minor);
  return error == std::errc() && rest != end && *rest == '.' && minor >= 0 &&
         minor <= kMinorVersion;
}

// Builds the document from the pieces the stream delivers.
class Loader : public JsonSink {
 public:
  Delivery Expect(std::string_view key) override {
    for (const char* array : {"groups", "texts", "pictures", "tables", "key_value_items",
                              "form_items", "field_regions", "field_items"}) {
      if (key == array) return Delivery::kElements;
    }
    if (key == "pages") return Delivery::kMembers;
    for (const char* whole : {"schema_name", "version", "name", "origin", "furniture", "body"}) {
      if (key == whole) return Delivery::kWhole;
    }
    return Delivery::kSkip;
  }

  bool OnValue(std::string_view key, std::string_view member, const json::value& value) override {
    if (key == "pages") {
      ReadPage(member, value);
    } else if (!ReadElement(key, value)) {
      ReadMember(key, value);
    }
    return !problem_;
  }

  base::Result<Document> Finish(base::Result<> streamed) {
    if (problem_) return base::Fail(problem_.error());
    SI_TRY(std::move(streamed));
    if (!has_name_) return base::Fail(Code::kDamaged, "not a DoclingDocument: 'name' is missing");
    SI_TRY(CheckTree(document_));
    if (version_ == "1.0.0") MoveHeadersToFurniture(document_);
    ClampBoxes(document_);
    GroupStrayListItems(document_);
    return std::move(document_);
  }

 private:
  template <typename T>
  void Append(std::deque<T>& array, Ref::Kind kind, std::string_view section,
              const json::value& value, auto read) {
    problem_.At(section, array.size());
    T& node = array.emplace_back(read(value, problem_));
    node.self = {kind, uint32_t(array.size() - 1)};
  }

  bool ReadElement(std::string_view key, const json::value& value) {
    Document& d = document_;
    if (key == "texts") {
      Append(d.texts, Ref::Kind::kText, key, value, ReadText);
    } else if (key == "groups") {
      Append(d.groups, Ref::Kind::kGroup, key, value, ReadGroup);
    } else if (key == "tables") {
      Append(d.tables, Ref::Kind::kTable, key, value, ReadTable);
    } else if (key == "pictures") {
      Append(d.pictures, Ref::Kind::kPicture, key, value, ReadPicture);
    } else if (key == "key_value_items") {
      Append(d.key_value_items, Ref::Kind::kKeyValue, key, value,
             [](const json::value& v, Problem& p) {
               return ReadGraphItem(v, Label::kKeyValueRegion, p);
             });
    } else if (key == "form_items") {
      Append(d.form_items, Ref::Kind::kForm, key, value,
             [](const json::value& v, Problem& p) { return ReadGraphItem(v, Label::kForm, p); });
    } else if (key == "field_regions") {
      Append(d.field_regions, Ref::Kind::kFieldRegion, key, value,
             [](const json::value& v, Problem& p) {
               return ReadPlainItem(v, Label::kFieldRegion, p);
             });
    } else if (key == "field_items") {
      Append(
          d.field_items, Ref::Kind::kFieldItem, key, value,
          [](const json::value& v, Problem& p) { return ReadPlainItem(v, Label::kFieldItem, p); });
    } else {
      return false;
    }
    return true;
  }

  void ReadMember(std::string_view key, const json::value& value) {
    problem_.At({}, 0);
    if (key == "origin") {
      if (!value.is_null()) ReadOrigin(value);
    } else if (key == "body") {
      document_.body = ReadRoot(value, Ref::Body());
    } else if (key == "furniture") {
      document_.furniture = ReadRoot(value, Ref::Furniture());
    } else if (!value.is_string()) {
      problem_.Set("'" + std::string(key) + "' must be a string");
    } else if (key == "name") {
      has_name_ = true;
      document_.name = std::string(value.get_string());
    } else if (key == "version") {
      ReadVersion(std::string(value.get_string()));
    } else if (value.get_string() != "DoclingDocument") {
      problem_.Set(Code::kUnsupported, "not a DoclingDocument: another schema_name");
    }
  }

  void ReadVersion(std::string version) {
    if (!IsReadableVersion(version)) {
      problem_.Set(Code::kUnsupported, "DoclingDocument version '" + version.substr(0, 100) +
                                           "' is not one of 1.0 to " + std::string(kSchemaVersion));
    }
    version_ = std::move(version);
  }

  Group ReadRoot(const json::value& value, Ref self) {
    Group root = ReadGroup(value, problem_);
    root.self = self;
    root.parent = {};
    return root;
  }

  void ReadOrigin(const json::value& value) {
    Fields fields(value, problem_);
    Origin origin;
    origin.mimetype = fields.Text("mimetype");
    origin.binary_hash = ReadHash(fields.Any("binary_hash"));
    origin.filename = fields.Text("filename");
    origin.uri = fields.OptionalText("uri");
    if (!IsKnownMimeType(origin.mimetype)) {
      problem_.Set("origin: unknown mimetype '" + origin.mimetype.substr(0, 100) + "'");
    }
    if (origin.uri) {
      origin.uri = NormaliseUrl(*origin.uri);
      if (!origin.uri) problem_.Set("origin: 'uri' is not an absolute URL");
    }
    document_.origin = std::move(origin);
  }

  // An unsigned 64-bit integer, or one written as a decimal string.
  uint64_t ReadHash(const json::value& value) {
    uint64_t hash = 0;
    if (value.is_uint64()) return value.get_uint64();
    if (value.is_int64() && value.get_int64() >= 0) return uint64_t(value.get_int64());
    if (value.is_string()) {
      const auto& digits = value.get_string();
      const char* end = digits.data() + digits.size();
      const auto [rest, error] = std::from_chars(digits.data(), end, hash);
      if (error == std::errc() && rest == end) return hash;
    }
    problem_.Set("origin: 'binary_hash' must be an unsigned 64-bit integer");
    return 0;
  }

  void ReadPage(std::string_view member, const json::value& value) {
    int32_t number = 0;
    const auto [rest, error] =
        std::from_chars(member.data(), member.data() + member.size(), number);
    if (error != std::errc() || rest != member.data() + member.size()) {
      problem_.At({}, 0);
      problem_.Set("pages: '" + std::string(member.substr(0, 100)) + "' is not a page number");
      return;
    }
    problem_.At("pages", size_t(number));
    Fields fields(value, problem_);
    Page page;
    fields.Int("page_no");
    Fields size(fields.Any("size"), problem_);
    page.width = size.Number("width");
    page.height = size.Number("height");
    if (const json::value* image = fields.Optional("image")) {
      page.image = ReadImage(*image, problem_);
    }
    document_.pages.insert_or_assign(number, std::move(page));
  }

  Document document_;
  Problem problem_;
  std::string version_;
  bool has_name_ = false;
};

}  // namespace

base::Result<Document> ReadJson(std::string_view text) {
  Loader loader;
  base::Result<> streamed = StreamJson(text, loader);
  return loader.Finish(std::move(streamed));
}

}  // namespace docling

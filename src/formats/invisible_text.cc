#include "formats/invisible_text.h"

#include <string>

#include "docling/hidden_text.h"
#include "text/invisible.h"
#include "text/utf8.h"

namespace formats {
namespace {

class Cleaner {
 public:
  void Clean(docling::Text& item) {
    if (!text::MayHideText(item.text) && !text::MayHideText(item.orig())) return;
    text::Invisible in_text;
    text::Invisible in_orig;
    const size_t before = text::CountCodePoints(item.text);
    std::string orig = text::WithoutInvisible(item.orig(), in_orig);
    item.text = text::WithoutInvisible(item.text, in_text);
    item.SetOrig(std::move(orig));
    const size_t after = text::CountCodePoints(item.text);
    for (docling::Prov& prov : item.prov) {
      if (prov.charspan_end == static_cast<int32_t>(before)) {
        prov.charspan_end = static_cast<int32_t>(after);
      }
    }
    hidden_.Add(in_orig.Count() > 0 ? in_orig : in_text, Where(item));
  }

  void Clean(docling::Table& table) {
    for (docling::TableCell& cell : table.data.cells) {
      if (!text::MayHideText(cell.text)) continue;
      text::Invisible found;
      cell.text = text::WithoutInvisible(cell.text, found);
      hidden_.Add(found, Where(table));
    }
  }

  docling::HiddenText& hidden() { return hidden_; }

 private:
  static std::string Where(const docling::Item& item) {
    return item.prov.empty() ? "document" : "page " + std::to_string(item.prov.front().page_no);
  }

  docling::HiddenText hidden_;
};

}  // namespace

void RemoveInvisible(docling::Document& document, docling::DiagnosticSink& diagnostics) {
  Cleaner cleaner;
  for (docling::Text& item : document.texts) cleaner.Clean(item);
  for (docling::Table& table : document.tables) cleaner.Clean(table);
  cleaner.hidden().Report(diagnostics);
}

}  // namespace formats

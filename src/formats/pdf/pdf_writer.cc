#include "formats/pdf/pdf_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace pdf {

namespace {

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string Number(float value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.3f", static_cast<double>(value));
  return buffer.data();
}

}  // namespace

PdfWriter& PdfWriter::Page() {
  pages_.emplace_back();
  return *this;
}

PdfWriter& PdfWriter::Text(float x, float y, std::string_view text, const Look& look) {
  constexpr std::array<std::string_view, 4> kTurns{"1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0"};
  const char* font = look.face == Face::kBold ? "/F2" : look.face == Face::kMono ? "/F3" : "/F1";
  return Raw("BT " + look.color + " rg " + std::to_string(look.render_mode) + " Tr " + font + " " +
             Number(look.size) + " Tf " + std::string(kTurns[static_cast<size_t>(look.turns & 3)]) +
             " " + Number(x) + " " + Number(height_ - y) + " Tm (" + Escaped(text) + ") Tj ET\n");
}

float PdfWriter::Lines(float x, float y, const std::vector<std::string>& lines, const Look& look,
                       float leading) {
  for (const std::string& line : lines) {
    Text(x, y, line, look);
    y += leading;
  }
  return y;
}

PdfWriter& PdfWriter::Fill(float x, float y, float width, float height, std::string_view color) {
  return Raw(std::string(color) + " rg " + Number(x) + " " + Number(height_ - y - height) + " " +
             Number(width) + " " + Number(height) + " re f\n");
}

PdfWriter& PdfWriter::Rule(float x0, float y0, float x1, float y1) {
  return Raw("0 0 0 RG 0.5 w " + Number(x0) + " " + Number(height_ - y0) + " m " + Number(x1) +
             " " + Number(height_ - y1) + " l S\n");
}

PdfWriter& PdfWriter::Begin(int number) {
  return Raw("/P <</MCID " + std::to_string(number) + ">> BDC\n");
}

PdfWriter& PdfWriter::End() { return Raw("EMC\n"); }

PdfWriter& PdfWriter::Tags(std::vector<Element> elements) {
  elements_ = std::move(elements);
  return *this;
}

PdfWriter& PdfWriter::Raw(std::string_view operators) {
  pages_.back() += operators;
  return *this;
}

PdfWriter& PdfWriter::PageEntry(std::string_view entry) {
  page_entries_ += std::string(entry) + " ";
  return *this;
}

PdfWriter& PdfWriter::CatalogEntry(std::string_view entry) {
  catalog_ += entry;
  return *this;
}

PdfWriter& PdfWriter::Resource(std::string_view entry) {
  resources_ += entry;
  return *this;
}

int PdfWriter::Object(std::string body) {
  constexpr int kFirst = 7;  // after the catalog, the pages, the Info dictionary and three fonts
  objects_.push_back(std::move(body));
  return kFirst + static_cast<int>(objects_.size()) - 1;
}

int PdfWriter::Stream(std::string_view entries, std::string_view content) {
  return Object("<<" + std::string(entries) + "/Length " + std::to_string(content.size()) +
                ">>stream\n" + std::string(content) + "\nendstream");
}

PdfWriter& PdfWriter::Info(std::string_view key, std::string_view value) {
  info_ += "/" + std::string(key) + " (" + Escaped(value) + ") ";
  return *this;
}

// Appends the elements as objects; returns references to them. `by_content` gets the owner of each
// content number.
std::string PdfWriter::AddElements(const std::vector<Element>& elements, const std::string& parent,
                                   std::vector<std::string>& objects,
                                   std::vector<std::string>& by_content) const {
  std::string references;
  for (const Element& element : elements) {
    objects.emplace_back();
    const size_t at = objects.size() - 1;
    const std::string self = std::to_string(objects.size()) + " 0 R ";
    std::string kids;
    for (const int number : element.content) {
      kids += std::to_string(number) + " ";
      by_content.resize(std::max(by_content.size(), static_cast<size_t>(number) + 1), "null ");
      by_content[static_cast<size_t>(number)] = self;
    }
    kids += AddElements(element.kids, self, objects, by_content);
    objects[at] = "<</Type/StructElem/S/" + element.type + "/P " + parent + "/Pg 8 0 R/K[" + kids +
                  "]" + element.entries + ">>";
    references += self;
  }
  return references;
}

std::string PdfWriter::Finish() const {
  std::vector<std::string> objects{"<</Type/Catalog/Pages 2 0 R" + catalog_ + ">>",
                                   "",
                                   "<<" + info_ + ">>",
                                   "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
                                   "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>",
                                   "<</Type/Font/Subtype/Type1/BaseFont/Courier>>"};
  objects.insert(objects.end(), objects_.begin(), objects_.end());
  std::string kids;
  for (const std::string& content : pages_) {
    objects.push_back("<</Length " + std::to_string(content.size()) + ">>stream\n" + content +
                      "\nendstream");
    const std::string tagged = elements_.empty() || kids.size() > 1 ? "" : "/StructParents 0";
    objects.push_back("<</Type/Page/Parent 2 0 R " + page_entries_ + tagged + "/MediaBox[0 0 " +
                      Number(width_) + " " + Number(height_) + "]/Contents " +
                      std::to_string(objects.size()) +
                      " 0 R/Resources<</Font<</F1 4 0 R/F2 5 0 R/F3 6 0 R>>" + resources_ + ">>>>");
    kids += std::to_string(objects.size()) + " 0 R ";
  }
  objects[1] = "<</Type/Pages/Count " + std::to_string(pages_.size()) + "/Kids[" + kids + "]>>";
  if (!elements_.empty()) {
    objects.emplace_back();
    const size_t root = objects.size() - 1;
    const std::string self = std::to_string(objects.size()) + " 0 R ";
    std::vector<std::string> by_content;
    const std::string top = AddElements(elements_, self, objects, by_content);
    std::string owners;
    for (const std::string& owner : by_content) owners += owner;
    objects[root] =
        "<</Type/StructTreeRoot/K[" + top + "]/ParentTree<</Nums[0[" + owners + "]]>>>>";
    objects[0] =
        "<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot " + self + ">>";
  }
  std::string out = "%PDF-1.4\n";
  std::string xref = "xref\n0 " + std::to_string(objects.size() + 1) + "\n0000000000 65535 f \n";
  for (size_t i = 0; i < objects.size(); ++i) {
    std::array<char, 32> entry{};
    std::snprintf(entry.data(), entry.size(), "%010zu 00000 n \n", out.size());
    xref += entry.data();
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const size_t at = out.size();
  return out + xref + "trailer<</Size " + std::to_string(objects.size() + 1) +
         "/Root 1 0 R/Info 3 0 R>>\nstartxref\n" + std::to_string(at) + "\n%%EOF\n";
}

}  // namespace pdf

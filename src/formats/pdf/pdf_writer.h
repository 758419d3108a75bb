// A tiny PDF writer for tests: pages of text in the standard Helvetica and Courier, at given
// places.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pdf {

// Places are in points from the top left; `y` is the baseline. Text must be ASCII.
class PdfWriter {
 public:
  enum class Face { kRegular, kBold, kMono };
  struct Look {
    float size = 10;
    Face face = Face::kRegular;
    std::string color = "0 0 0";  // r g b, 0..1
    int render_mode = 0;
    int turns = 0;  // of 90° counter-clockwise
  };

  // An element of the structure tree. Its text is what stands between Begin and End with one of its
  // numbers, on page 1.
  struct Element {
    std::string type;
    std::vector<int> content;
    std::vector<Element> kids;
    std::string entries;  // more of its dictionary
  };

  explicit PdfWriter(float width = 612, float height = 792) : width_(width), height_(height) {}

  PdfWriter& Page();
  PdfWriter& Text(float x, float y, std::string_view text, const Look& look);
  PdfWriter& Text(float x, float y, std::string_view text) { return Text(x, y, text, Look()); }
  // Lines one below the other, `leading` apart. Returns the baseline after the last.
  float Lines(float x, float y, const std::vector<std::string>& lines, const Look& look,
              float leading = 12);
  // A filled rectangle; `color` as in Look.
  PdfWriter& Fill(float x, float y, float width, float height, std::string_view color);
  // A straight line.
  PdfWriter& Rule(float x0, float y0, float x1, float y1);
  // Marked content: what follows belongs to the element that names `number`.
  PdfWriter& Begin(int number);
  PdfWriter& End();
  // Makes the document a tagged one.
  PdfWriter& Tags(std::vector<Element> elements);
  // Raw content stream operators.
  PdfWriter& Raw(std::string_view operators);
  // A dictionary entry of every page, "/Rotate 90" for example.
  PdfWriter& PageEntry(std::string_view entry);
  // Entries of the catalog, and of the resources of every page: "/XObject<</X1 7 0 R>>".
  PdfWriter& CatalogEntry(std::string_view entry);
  PdfWriter& Resource(std::string_view entry);
  // An object of its own; its number.
  int Object(std::string body);
  int Stream(std::string_view entries, std::string_view content);
  // An entry of the Info dictionary.
  PdfWriter& Info(std::string_view key, std::string_view value);

  std::string Finish() const;

 private:
  std::string AddElements(const std::vector<Element>& elements, const std::string& parent,
                          std::vector<std::string>& objects,
                          std::vector<std::string>& by_content) const;

  float width_;
  float height_;
  std::vector<std::string> pages_;
  std::string page_entries_;
  std::string catalog_;
  std::string resources_;
  std::vector<std::string> objects_;
  std::string info_;
  std::vector<Element> elements_;
};

}  // namespace pdf

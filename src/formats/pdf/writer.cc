#include "formats/pdf/writer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "docling/hyperlink.h"
#include "formats/pdf/block_text.h"
#include "formats/pdf/line_text.h"
#include "text/utf8.h"

namespace pdf {

namespace {

class Writer {
 public:
  Writer(const std::vector<Block>& blocks, const std::vector<PageLines>& pages,
         docling::Document& document)
      : blocks_(blocks), pages_(pages), document_(document), done_(blocks.size(), false) {}

  void Write() {
    for (const PageLines& page : pages_) {
      document_.pages[page.number] = {page.width, page.height, {}};
    }
    for (size_t i = 0; i < blocks_.size(); ++i) {
      if (blocks_[i].owner < 0) continue;
      caption_of_[static_cast<size_t>(blocks_[i].owner)] = i;
      done_[i] = true;
    }
    for (size_t i = 0; i < blocks_.size(); ++i) {
      if (!done_[i]) WriteBlock(i);
    }
    for (const PageLines& page : pages_) WriteNotes(page);
  }

 private:
  void WriteBlock(size_t i) {
    const Block& block = blocks_[i];
    if (EndsList(block.kind)) lists_.clear();
    switch (block.kind) {
      case Kind::kPicture:
        return WritePicture(i);
      case Kind::kCode:
        return WriteCode(block);
      case Kind::kListItem:
        return WriteListItem(i);
      case Kind::kTable:
        return WriteTable(i);
      case Kind::kTitle:
        return Fill(document_.AddTitle(Running(i)), i);
      case Kind::kHeading:
        return Fill(document_.AddHeading(Running(i), block.level), i);
      case Kind::kHeader:
        return Fill(AddFurniture(docling::Label::kPageHeader, i), i);
      case Kind::kFooter:
        return Fill(AddFurniture(docling::Label::kPageFooter, i), i);
      case Kind::kFormula:
        return Fill(document_.AddFormula(Running(i)), i);
      default:
        return Fill(document_.AddText(LabelOf(block.kind), Running(i)), i);
    }
  }

  static docling::Label LabelOf(Kind kind) {
    if (kind == Kind::kCaption) return docling::Label::kCaption;
    if (kind == Kind::kFootnote) return docling::Label::kFootnote;
    return docling::Label::kText;
  }

  docling::Text& AddFurniture(docling::Label label, size_t i) {
    return document_.AddText(label, Running(i), {.layer = docling::Layer::kFurniture});
  }

  // The text of a block and of what it goes on with elsewhere. Remembers where the parts end, for
  // Fill.
  std::string Running(size_t i) {
    ends_.clear();
    std::string text = TextOf(blocks_[i], pages_[blocks_[i].page]);
    ends_.push_back(text.size());
    LineEnd end = EndOfBlock(blocks_[i]);
    for (int next = blocks_[i].continues; next >= 0;) {
      const Block& block = blocks_[static_cast<size_t>(next)];
      done_[static_cast<size_t>(next)] = true;
      AppendLine(text, TextOf(block, pages_[block.page]), end);
      end = EndOfBlock(block);
      ends_.push_back(text.size());
      next = block.continues;
    }
    return text;
  }

  LineEnd EndOfBlock(const Block& block) const {
    return EndOf(pages_[block.page].lines[block.lines.back()]);
  }

  // The provenance of block `i` and of its continuations, with the part of the text each holds.
  void Fill(docling::Text& item, size_t i) {
    AddProvenance(item, item.text, i, 0);
    AddLink(item, i);
  }

  // docling's rule: half of the text, at least, lies under the link.
  void AddLink(docling::Text& item, size_t i) {
    const PageLines& page = pages_[blocks_[i].page];
    if (page.links.empty()) return;
    std::map<std::string_view, float> under;
    float all = 0;
    for (const uint32_t line : blocks_[i].lines) {
      const Box& box = page.lines[line].box;
      all += box.Area();
      for (const Link& link : page.links) under[link.uri] += OverlapArea(box, link.box);
    }
    for (const auto& [uri, area] : under) {
      if (area >= 0.5F * all && all > 0) item.hyperlink = docling::NormaliseHyperlink(uri);
    }
  }

  // Notes are not part of the text: they come last, in a layer of their own.
  void WriteNotes(const PageLines& page) {
    for (const Note& note : page.notes) {
      const std::string author = note.author.empty() ? "" : "[author: " + note.author + "]: ";
      docling::Text& item = document_.AddText(docling::Label::kText, author + note.text,
                                              {.layer = docling::Layer::kNotes});
      item.prov.push_back(At(page, note.box, 0, text::CountCodePoints(item.text)));
    }
  }

  void AddProvenance(docling::Item& item, const std::string& text, size_t i, size_t cut) {
    if (blocks_[i].continues < 0) {
      item.prov.push_back(At(blocks_[i], 0, text::CountCodePoints(text)));
      return;
    }
    size_t begin = 0;
    int at = static_cast<int>(i);
    for (const size_t end : ends_) {
      const size_t bytes = std::min(text.size(), end > cut ? end - cut : 0);
      const size_t stop = text::CountCodePoints(std::string_view(text).substr(0, bytes));
      const Block& block = blocks_[static_cast<size_t>(at)];
      item.prov.push_back(At(block, begin, std::max(begin, stop)));
      begin = std::max(begin, stop);
      at = block.continues;
    }
  }

  docling::Prov At(const Block& block, size_t begin, size_t end) const {
    return At(block.page, block.box, begin, end);
  }

  docling::Prov At(uint32_t index, const Box& in_frame, size_t begin, size_t end) const {
    return At(pages_[index], in_frame, begin, end);
  }

  static docling::Prov At(const PageLines& page, const Box& in_frame, size_t begin, size_t end) {
    const Box box = page.frame.ToPage(in_frame);
    docling::Prov prov;
    prov.page_no = page.number;
    prov.bbox = {box.l, page.height - box.t, box.r, page.height - box.b,
                 docling::CoordOrigin::kBottomLeft};
    prov.charspan_begin = static_cast<int32_t>(begin);
    prov.charspan_end = static_cast<int32_t>(end);
    return prov;
  }

  void WriteListItem(size_t i) {
    const Block& block = blocks_[i];
    const auto depth = static_cast<size_t>(std::max(block.depth, 0));
    if (lists_.size() > depth + 1) lists_.resize(depth + 1);
    while (lists_.size() < depth + 1) {
      const docling::Ref parent = lists_.empty() ? docling::Ref::Body() : lists_.back().last_item;
      const docling::Ref group =
          document_.AddGroup(docling::GroupLabel::kList, "list", {.parent = parent}).self;
      lists_.push_back({group, group});
    }
    std::string whole = Running(i);
    const size_t cut = std::min(block.label.text_at, whole.size());
    docling::Text& item = document_.AddListItem(whole.substr(cut), {.parent = lists_.back().group});
    lists_.back().last_item = item.self;
    item.marker = whole.substr(0, block.label.length);
    item.enumerated = block.label.Enumerated();
    AddProvenance(item, item.text, i, cut);
    AddLink(item, i);
    item.SetOrig(std::move(whole));
  }

  void WriteCode(const Block& block) {
    docling::Text& item = document_.AddCode(CodeOf(block, pages_[block.page]), "unknown");
    item.prov.push_back(At(block, 0, text::CountCodePoints(item.text)));
  }

  void WriteTable(size_t i) {
    const Block& block = blocks_[i];
    docling::Table& table = document_.AddTable(block.table);
    if (block.index) table.label = docling::Label::kDocumentIndex;
    table.prov.push_back(At(block, 0, 0));
    for (int next = block.continues; next >= 0;) {
      const Block& more = blocks_[static_cast<size_t>(next)];
      done_[static_cast<size_t>(next)] = true;
      table.prov.push_back(At(more, 0, 0));
      next = more.continues;
    }
    WriteCaption(table.self, i);
  }

  // What is written in a picture is its child: searched for in the picture, not in the text.
  void WritePicture(size_t i) {
    const Block& block = blocks_[i];
    docling::Picture& picture = document_.AddPicture();
    picture.prov.push_back(At(block, 0, 0));
    const docling::Ref self = picture.self;
    WriteCaption(self, i);
    const PageLines& page = pages_[block.page];
    for (const uint32_t id : block.lines) {
      const Line& line = page.lines[id];
      docling::Text& text = document_.AddText(docling::Label::kText, line.text, {.parent = self});
      text.prov.push_back(At(block.page, line.box, 0, text::CountCodePoints(text.text)));
    }
  }

  void WriteCaption(docling::Ref owner, size_t i) {
    const auto found = caption_of_.find(i);
    if (found == caption_of_.end()) return;
    std::string text = Running(found->second);
    Fill(document_.AddCaption(owner, std::move(text), {.parent = owner}), found->second);
  }

  const std::vector<Block>& blocks_;
  const std::vector<PageLines>& pages_;
  docling::Document& document_;
  std::vector<bool> done_;
  std::map<size_t, size_t> caption_of_;  // index of a picture or table → of its caption
  std::vector<size_t> ends_;
  struct OpenList {
    docling::Ref group;
    docling::Ref last_item;  // what a list below it hangs on
  };
  std::vector<OpenList> lists_;  // that are open, the outermost first
};

}  // namespace

void WriteDocument(const std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                   docling::Document& document) {
  Writer(blocks, pages, document).Write();
}

}  // namespace pdf

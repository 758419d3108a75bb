#include "formats/office/comments.h"

#include <fmt/format.h>

#include <algorithm>

namespace office {

std::string CommentText(const Comment& comment) {
  std::string prefix;
  if (!comment.author.empty()) {
    prefix = "author: " + comment.author;
    if (!comment.initials.empty()) prefix += fmt::format(" ({})", comment.initials);
  }
  if (!comment.time.empty()) {
    prefix += fmt::format("{}time: {}", prefix.empty() ? "" : ", ", comment.time);
  }
  if (prefix.empty()) return comment.text;
  return comment.text.empty() ? fmt::format("[{}]", prefix)
                              : fmt::format("[{}]: {}", prefix, comment.text);
}

std::string IsoTime(std::string_view time) {
  if (time.size() < 19 || time[10] != 'T') return std::string(time);
  std::string out(time.substr(0, 19));
  time.remove_prefix(19);
  std::string fraction;
  if (time.starts_with('.')) {
    const size_t end = std::min(time.find_first_not_of("0123456789", 1), time.size());
    fraction = time.substr(1, std::min<size_t>(end - 1, 3));
    time.remove_prefix(end);
  }
  fraction.resize(3, '0');
  out += "." + fraction;
  return out + (time == "Z" ? "+00:00" : std::string(time));
}

docling::Text& AddComment(docling::Document& document, std::string group, const Comment& comment) {
  const docling::Ref section = document
                                   .AddGroup(docling::GroupLabel::kCommentSection, std::move(group),
                                             {.layer = docling::Layer::kNotes})
                                   .self;
  return document.AddText(docling::Label::kText, CommentText(comment),
                          {.parent = section, .layer = docling::Layer::kNotes});
}

}  // namespace office

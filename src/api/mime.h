// The MIME type of an upload: as stated, else by content, else by extension. Private to the folder.
#pragma once

#include <string>
#include <string_view>

namespace api {

// `head`: the first bytes. "application/octet-stream" when nothing says more.
std::string DetectMime(std::string_view stated, std::string_view head, std::string_view filename,
                       std::string_view uri);

}  // namespace api

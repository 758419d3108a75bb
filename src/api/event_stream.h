// Events in the wire form of text/event-stream. Private to the folder.
//
//   block = *( field LF ) LF
//   field = "id: " number | "event: " kind | "data: " json | "retry: " milliseconds | ": " comment
//
// A block without data is no event, but its id counts as the last one seen: greeting and heartbeat
// carry it, so that a client that saw no event yet knows where to go on, too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/event.h"
#include "records/events.h"

namespace api {

std::string EventBlock(const model::Event& event);
std::string GreetingBlock(int64_t last_id);
std::string HeartbeatBlock(int64_t last_id);
// What the client asked to go on after cannot be gone on after.
std::string ResetBlock(int64_t asked, const records::EventRange& range);

}  // namespace api

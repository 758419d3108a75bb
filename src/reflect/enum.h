// The two spellings of a described enum's members:
//
//   enum class LifecycleEvent { kItemStart … };      BOOST_DESCRIBE_ENUM(LifecycleEvent, kItemStart
//   …) Name(kItemStart) == "ITEM_START"   what a database column holds Wire(kItemStart) ==
//   "item_start"   what JSON shows
//
// An enum whose wire value is its name says so beside its definition:
//   constexpr bool WireIsName(RunStatus) { return true; }
#pragma once

#include <array>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace reflect {

template <typename E>
concept DescribedEnum = boost::describe::has_describe_enumerators<E>::value;

namespace internal {

struct Spelling {
  std::array<char, 48> text{};
  size_t size = 0;

  constexpr std::string_view view() const { return {text.data(), size}; }
};

// kItemStart -> ITEM_START or item_start
constexpr Spelling Spell(std::string_view enumerator, bool upper) {
  Spelling out;
  if (enumerator.starts_with('k')) enumerator.remove_prefix(1);
  for (const char c : enumerator) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && out.size > 0) out.text[out.size++] = '_';
    const bool letter = capital || (c >= 'a' && c <= 'z');
    const int base = capital ? 'A' : 'a';
    out.text[out.size++] = letter ? static_cast<char>(c - base + (upper ? 'A' : 'a')) : c;
  }
  return out;
}

template <typename E>
constexpr bool UpperWire() {
  if constexpr (requires(E e) { WireIsName(e); }) {
    return WireIsName(E{});
  } else {
    return false;
  }
}

template <typename E>
struct Member {
  E value{};
  Spelling name;
  Spelling wire;
};

template <DescribedEnum E>
constexpr auto Members() {
  using List = boost::describe::describe_enumerators<E>;
  std::array<Member<E>, boost::mp11::mp_size<List>::value> members{};
  size_t i = 0;
  boost::mp11::mp_for_each<List>([&](auto d) {
    members[i++] = {d.value, Spell(d.name, true), Spell(d.name, UpperWire<E>())};
  });
  return members;
}

template <DescribedEnum E>
inline constexpr auto kMembers = Members<E>();

}  // namespace internal

// "" for a value that is no member.
template <DescribedEnum E>
constexpr std::string_view Name(E value) {
  for (const auto& member : internal::kMembers<E>) {
    if (member.value == value) return member.name.view();
  }
  return {};
}

template <DescribedEnum E>
constexpr std::string_view Wire(E value) {
  for (const auto& member : internal::kMembers<E>) {
    if (member.value == value) return member.wire.view();
  }
  return {};
}

template <DescribedEnum E>
constexpr std::optional<E> FromName(std::string_view name) {
  for (const auto& member : internal::kMembers<E>) {
    if (member.name.view() == name) return member.value;
  }
  return std::nullopt;
}

template <DescribedEnum E>
constexpr std::optional<E> FromWire(std::string_view wire) {
  for (const auto& member : internal::kMembers<E>) {
    if (member.wire.view() == wire) return member.value;
  }
  return std::nullopt;
}

// All members in the order of their definition.
template <DescribedEnum E>
constexpr auto AllOf() {
  std::array<E, internal::kMembers<E>.size()> values{};
  for (size_t i = 0; i < values.size(); ++i) values[i] = internal::kMembers<E>[i].value;
  return values;
}

// "PENDING, RUNNING, COMPLETED": for messages that say what is allowed.
template <DescribedEnum E>
std::string AllowedWire() {
  std::string text;
  for (const auto& member : internal::kMembers<E>) {
    text += text.empty() ? "" : ", ";
    text += member.wire.view();
  }
  return text;
}

// FromWire with an error that names the value and what is allowed.
template <DescribedEnum E>
base::Result<E> ParseWire(std::string_view wire) {
  if (const auto value = FromWire<E>(wire)) return *value;
  return base::Fail(base::Code::kInvalidArgument,
                    "'" + std::string(wire) + "' is not one of " + AllowedWire<E>());
}

}  // namespace reflect

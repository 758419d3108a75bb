// Walks a described struct: its stored members, and its computed ones (described member functions
// without parameters, such as duration()).
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <string_view>
#include <type_traits>

namespace reflect {

template <typename T>
concept DescribedStruct = boost::describe::has_describe_members<std::remove_const_t<T>>::value;

namespace internal {
template <typename T>
using DataMembers = boost::describe::describe_members<T, boost::describe::mod_public |
                                                             boost::describe::mod_inherited>;
template <typename T>
using ComputedMembers = boost::describe::describe_members<T, boost::describe::mod_public |
                                                                 boost::describe::mod_inherited |
                                                                 boost::describe::mod_function>;
}  // namespace internal

// fn(std::string_view name, member&) for each data member, in order.
template <DescribedStruct T, typename Fn>
void ForEachMember(T& object, Fn&& fn) {
  boost::mp11::mp_for_each<internal::DataMembers<std::remove_const_t<T>>>(
      [&](auto d) { fn(std::string_view(d.name), object.*d.pointer); });
}

// fn(std::string_view name, value) for each computed member, in order.
template <DescribedStruct T, typename Fn>
void ForEachComputed(const T& object, Fn&& fn) {
  boost::mp11::mp_for_each<internal::ComputedMembers<T>>(
      [&](auto d) { fn(std::string_view(d.name), (object.*d.pointer)()); });
}

// "WorkflowRun", or T::kSchemaName where the name outside differs from the type's.
template <typename T>
constexpr std::string_view TypeName() {
  if constexpr (requires { T::kSchemaName; }) {
    return T::kSchemaName;
  } else {
    std::string_view text = __PRETTY_FUNCTION__;  // "… [T = model::WorkflowRun]"
    text = text.substr(text.rfind("T = ") + 4);
    text = text.substr(0, text.rfind(']'));
    return text.substr(text.rfind(':') + 1);
  }
}

}  // namespace reflect

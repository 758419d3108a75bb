// completion bash|zsh|fish: made from the command tree, so that it knows what the program knows.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "app/command_line.h"

namespace app {
namespace {

// A command and what can stand behind it.
struct Node {
  std::string path;                                           // "batch create"; "" for the program
  std::vector<std::pair<std::string, std::string>> commands;  // with their help
  std::vector<std::string> options;
};

void Collect(const CLI::App& app, const std::string& path, std::vector<Node>& nodes) {
  Node node{.path = path, .commands = {}, .options = {}};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) node.options.push_back("--" + name);
  }
  const auto children = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : children) {
    node.commands.emplace_back(child->get_name(), child->get_description());
  }
  nodes.push_back(std::move(node));
  for (const CLI::App* child : children) {
    Collect(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), nodes);
  }
}

std::string Words(const Node& node) {
  std::vector<std::string> words = node.options;
  for (const auto& [name, help] : node.commands) words.push_back(name);
  return fmt::format("{}", fmt::join(words, " "));
}

// The words before the cursor that name commands are the path; a node answers for its path.
std::string Bash(const std::vector<Node>& nodes) {
  std::string cases;
  for (const Node& node : nodes) {
    cases += fmt::format("    \"{}\") words=\"{}\" ;;\n", node.path, Words(node));
  }
  std::string paths;
  for (const Node& node : nodes) paths += fmt::format("|{}|", node.path);
  return fmt::format(
      "# bash completion of si-cli\n"
      "_si_cli() {{\n"
      "  local cur=\"${{COMP_WORDS[COMP_CWORD]}}\" path=\"\" next words=\"\" i\n"
      "  local known=\"{}\"\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    next=\"${{path:+$path }}${{COMP_WORDS[i]}}\"\n"
      "    [[ \"$known\" == *\"|$next|\"* ]] && path=\"$next\"\n"
      "  done\n"
      "  case \"$path\" in\n{}  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
      "}}\n"
      "complete -o default -F _si_cli si-cli\n",
      paths, cases);
}

std::string Zsh(const std::vector<Node>& nodes) {
  return "#compdef si-cli\nautoload -U +X bashcompinit && bashcompinit\n" + Bash(nodes);
}

// fish quotes with single quotes; a backslash escapes one.
std::string FishQuoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string Fish(const std::vector<Node>& nodes) {
  std::string text = "# fish completion of si-cli\n";
  for (const Node& node : nodes) {
    std::string condition = "__fish_use_subcommand";
    if (!node.path.empty()) {
      condition.clear();
      for (size_t from = 0; from < node.path.size();) {
        const size_t end = std::min(node.path.find(' ', from), node.path.size());
        condition += fmt::format("{}__fish_seen_subcommand_from {}", from == 0 ? "" : "; and ",
                                 node.path.substr(from, end - from));
        from = end + 1;
      }
    }
    for (const auto& [name, help] : node.commands) {
      text += fmt::format("complete -c si-cli -n {} -f -a {} -d {}\n", FishQuoted(condition), name,
                          FishQuoted(help));
    }
    for (const std::string& option : node.options) {
      text +=
          fmt::format("complete -c si-cli -n {} -l {}\n", FishQuoted(condition), option.substr(2));
    }
  }
  return text;
}

}  // namespace

void AddCompletionCommand(CLI::App& cli, Action& action) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* completion =
      cli.add_subcommand("completion", "Print a completion script: si-cli completion bash > …");
  completion->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  // By then the tree is whole; it lives as long as main.
  completion->callback([&action, &cli, shell] {
    std::vector<Node> nodes;
    Collect(cli, "", nodes);
    const std::string text = *shell == "bash"  ? Bash(nodes)
                             : *shell == "zsh" ? Zsh(nodes)
                                               : Fish(nodes);
    action = [text](const CommandContext&) {
      fmt::print("{}", text);
      return 0;
    };
  });
}

}  // namespace app

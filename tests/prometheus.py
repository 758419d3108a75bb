"""A strict reader of Prometheus' text format 0.0.4: what promtool would refuse raises."""
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


class Family:
    def __init__(self, name, help_text):
        self.name, self.help, self.type, self.samples = name, help_text, None, {}


def labels_of(text):
    labels, at = {}, 0
    while at < len(text):
        match = LABEL.match(text, at)
        assert match, f"bad labels: {text}"
        assert match[1] not in labels and not match[1].startswith("__"), text
        labels[match[1]] = match[2].replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
        at = match.end()
    return labels


def check_histogram(family):
    series = {}
    for (name, labels), value in family.samples.items():
        rest = tuple(sorted((k, v) for k, v in labels if k != "le"))
        series.setdefault(rest, {}).setdefault(name, []).append((dict(labels).get("le"), value))
    for rest, parts in series.items():
        assert set(parts) == {family.name + "_bucket", family.name + "_sum", family.name + "_count"}, (rest, parts)
        bounds = [float(le) for le, _ in parts[family.name + "_bucket"]]
        counts = [value for _, value in parts[family.name + "_bucket"]]
        assert bounds == sorted(set(bounds)) and bounds[-1] == float("inf"), bounds
        assert counts == sorted(counts), f"buckets are cumulative: {rest}"
        assert counts[-1] == parts[family.name + "_count"][0][1], rest


def parse(text):
    """{family name: Family}; raises for anything that is not exactly as it should be."""
    assert text.endswith("\n")
    families, current = {}, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, _, help_text = line[7:].partition(" ")
            assert NAME.fullmatch(name) and help_text, line
            assert name not in families, f"{name} twice"
            current = families[name] = Family(name, help_text)
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert current and name == current.name and current.type is None and not current.samples, line
            assert kind in ("counter", "gauge", "histogram", "summary", "untyped"), line
            current.type = kind
        else:
            match = SAMPLE.match(line)
            assert match, f"no sample: {line!r}"
            value = float(match[3])
            suffixes = ("_bucket", "_sum", "_count") if current.type == "histogram" else ("",)
            assert match[1] in [current.name + s for s in suffixes], f"{match[1]} is not of {current.name}"
            key = (match[1], tuple(labels_of(match[2] or "").items()))
            assert key not in current.samples, f"{key} twice"
            current.samples[key] = value
    for family in families.values():
        assert family.type, family.name
        assert (family.type == "counter") == family.name.endswith("_total"), f"{family.name} is a {family.type}"
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|kilobytes)(_|$)", family.name), "base units"
        if family.type == "histogram":
            check_histogram(family)
        if family.type in ("counter", "histogram"):
            assert all(value >= 0 for value in family.samples.values())
    return families


def value(families, family, suffix="", **labels):
    """The sum of the samples with these labels."""
    return sum(v for (name, have), v in families[family].samples.items()
               if name == family + suffix and all(dict(have).get(k) == w for k, w in labels.items()))

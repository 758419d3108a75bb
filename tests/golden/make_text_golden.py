#!/usr/bin/env python3
"""Makes the golden data of the tokenizer and embedding tests, with independent implementations.

    pip install tokenizers==0.23.3 numpy
    python3 tests/golden/make_text_golden.py MODEL_FOLDER      (the folder of model.safetensors)

Writes to tests/data/text:
    texts.json          the texts, in many scripts
    wordpiece.ids       per text one line of WordPiece ids (all-MiniLM-L6-v2), without [CLS] and [SEP]
    bpe_{qwen,gpt2,llama3}.json   small byte-level BPE tokenizers, trained here on the texts
    bpe_{qwen,gpt2,llama3}.ids    per text one line of their ids
    minilm.f16          per text 384 little-endian float16: the vector by the plain numpy model below
Everything follows from the seed: a second run writes the same bytes.
"""
import json
import random
import struct
import sys
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

OUT = Path(__file__).resolve().parent.parent / "data" / "text"
MAX_TOKENS = 256

SENTENCES = [
    "The quick brown fox jumps over the lazy dog.",
    "Retrieval-augmented generation combines search with a language model; it doesn't invent sources.",
    "Table 3 shows revenue of $1,234,567.89 (up 12.5 % year-over-year).",
    "I'LL go, you'd stay; we've seen what they're doing — isn't it odd?",
    "def f(x): return x**2 if x != 0 else None  # see https://example.org/a_b?q=1&r=%20",
    "# Heading\n\n- item *one*\n- item `two`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "Größe und Maße: Straßenbahnhaltestelle, Übermut, façade, naïve, Ångström, ŠKODA, İstanbul, ﬁn.",
    "Le cœur déçu mais l'âme plutôt naïve, Louÿs rêva de crapaüter en canoë au delà des îles.",
    "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío; ¿añoraba? ¡Sí!",
    "Zażółć gęślą jaźń. Příliš žluťoučký kůň úpěl ďábelské ódy. Árvíztűrő tükörfúrógép.",
    "Съешь же ещё этих мягких французских булок, да выпей чаю. Їжак і ґава.",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία· ΟΔΟΣ ὁδός ᾧ;",
    "敏捷的棕色狐狸跳过了懒狗，然后在河边睡着了。第一章：緒論。",
    "いろはにほへと ちりぬるを。東京都の人口は約1,400万人です。カタカナと半角ｶﾅ",
    "키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다.",
    "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر، ١٢٣٤؟",
    "דג סקרן שט בים מאוכזב ולפתע מצא חברה. שָׁלוֹם",
    "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश हुआ। १२३",
    "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน",
    "யாதும் ஊரே யாவரும் கேளிர். বাংলা ভাষা। ગુજરાતી ਪੰਜਾਬੀ తెలుగు ಕನ್ನಡ മലയാളം සිංහල",
    "ყველა ადამიანი იბადება თავისუფალი. Բոլոր մարդիկ ծնվում են ազատ։ አማርኛ ᏣᎳᎩ ខ្មែរ မြန်မာ བོད་ཡིག",
    "Emoji 😀👩‍👩‍👧‍👦🇩🇪👍🏽 and signs ≠ ≤ ∑ ∫ √ ½ Ⅷ ① ™ © € £ ¥ № † ‡ • … “quotes” ‘single’ «guillemets»",
    "x = a² + b₃ − c·d ÷ e × 10⁻⁶ µm; ∀ε>0 ∃δ: |x−y|<δ ⇒ |f(x)−f(y)|<ε; α→β ∧ ¬γ",
    "Internationalisation antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "Tiếng Việt có nhiều dấu thanh: ngã, hỏi, sắc, huyền, nặng. Ürümçi, Şanlıurfa, Þingvellir, Ðakovo.",
]
ODD = [
    "", " ", "\n\n\t", "a", "[CLS] a [SEP] b[MASK]c [PAD][UNK] [sep]", "<|endoftext|> x<|im_start|>y <tool_call>",
    "a\u200bb\u00adc\u2060d\ufeffe", "line\r\nbreak\rold mac\u2028sep\u2029para\u0085next\u000bvt\u000cff",
    "e\u0301e\u0302\u0323 A\u030a \u1112\u1161\u11ab ǆ ﷺ ﬀ", "z\u0300\u0301\u0302\u0303\u0304\u0305\u0306",
    "\u00a0no\u2007break\u202fspaces\u3000wide", "\ufffd replacement \ue000 private \U000f0000",
    "x" * 100, "x" * 101, "é" * 100, "é" * 101, "中" * 300, "1234567890" * 12, "!?" * 80, "a " * 400,
    "\u2e43\u0870\u08ca\ua8c5 newer than the tables", "'s 'S 'ſ 'Ll 'VE 'x ''s", "   leading and   inner   trailing   ",
    "Résumé Re\u0301sume\u0301 RÉSUMÉ", "tab\tseparated\tvalues\n1\t2\t3\n", "ASCII\x00NUL\x01\x1f\x7fcontrols",
]
POOLS = [(32, 126), (97, 122), (48, 57), (9, 13), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x5FF), (0x600, 0x6FF),
         (0x900, 0xDFF), (0xE00, 0xEFF), (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x22FF), (0x3040, 0x30FF),
         (0x4E00, 0x4FFF), (0xAC00, 0xADFF), (0x1F300, 0x1F6FF), (0xFB00, 0xFFFD), (1, 0xD7FF), (0xE000, 0x10FFFF)]


def make_texts():
    rng = random.Random(20)
    texts = SENTENCES + ODD
    for _ in range(50):  # of several languages, up to beyond the window
        texts.append(" ".join(rng.choice(SENTENCES) for _ in range(rng.choice([1, 2, 3, 5, 8]))))
    for _ in range(60):  # English of every length
        words = " ".join(SENTENCES[:5]).split()
        texts.append(" ".join(rng.choice(words) for _ in range(rng.randint(1, 120))))
    for _ in range(60):  # noise
        parts = []
        for _ in range(rng.randint(1, 5)):
            low, high = rng.choice(POOLS)
            parts.append("".join(chr(rng.randint(low, high)) for _ in range(rng.choice([1, 2, 4, 9, 20]))))
        texts.append(rng.choice(["", " ", "\n"]).join(parts))
    return texts


def small_bpe(kind, texts):
    pattern = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*"
               r"|\s*[\r\n]+|\s+(?!\S)|\s+")
    tokenizer = Tokenizer(models.BPE(ignore_merges=kind == "llama3"))
    if kind == "gpt2":
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    else:
        if kind == "qwen":
            tokenizer.normalizer = normalizers.NFC()
        regex = Regex(pattern % ("" if kind == "qwen" else "{1,3}"))
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(regex, "isolated", False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    trainer = trainers.BpeTrainer(vocab_size=500, show_progress=False, min_frequency=3,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>"])
    tokenizer.add_tokens([AddedToken("<tool_call>", normalized=False), AddedToken("Résumé", normalized=True)])
    return tokenizer


def write_ids(path, tokenizer, texts):
    lines = [" ".join(map(str, tokenizer.encode(t, add_special_tokens=False).ids)) for t in texts]
    path.write_text("".join(line + "\n" for line in lines))


def read_safetensors(path):
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    tensors = {}
    for name, info in json.loads(raw[8:8 + size]).items():
        if name != "__metadata__" and info["dtype"] == "F32":
            begin, end = (8 + size + offset for offset in info["data_offsets"])
            tensors[name] = np.frombuffer(raw[begin:end], "<f4").reshape(info["shape"])
    return tensors


def erf(x):
    from math import erf as scalar
    return np.vectorize(scalar)(x.astype(np.float64))


class Bert:
    """all-MiniLM-L6-v2 in plain numpy, float64 inside: one text at a time, no padding, no mask."""

    def __init__(self, tensors, heads=12):
        self.t, self.heads = {k: v.astype(np.float64) for k, v in tensors.items()}, heads

    def norm(self, x, name):
        mean = x.mean(-1, keepdims=True)
        var = ((x - mean) ** 2).mean(-1, keepdims=True)
        return (x - mean) / np.sqrt(var + 1e-12) * self.t[name + ".weight"] + self.t[name + ".bias"]

    def linear(self, x, name):
        return x @ self.t[name + ".weight"].T + self.t[name + ".bias"]

    def layer(self, x, p):
        n, width = x.shape
        split = lambda y: y.reshape(n, self.heads, -1).transpose(1, 0, 2)
        q, k, v = (split(self.linear(x, f"{p}.attention.self.{m}")) for m in ("query", "key", "value"))
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(n, width)
        x = self.norm(x + self.linear(mixed, f"{p}.attention.output.dense"), f"{p}.attention.output.LayerNorm")
        h = self.linear(x, f"{p}.intermediate.dense")
        h = h * 0.5 * (1 + erf(h / np.sqrt(2)))
        return self.norm(x + self.linear(h, f"{p}.output.dense"), f"{p}.output.LayerNorm")

    def embed(self, ids):
        e = "embeddings."
        x = (self.t[e + "word_embeddings.weight"][ids] + self.t[e + "position_embeddings.weight"][:len(ids)]
             + self.t[e + "token_type_embeddings.weight"][0])
        x = self.norm(x, e + "LayerNorm")
        for i in range(6):
            x = self.layer(x, f"encoder.layer.{i}")
        mean = x.mean(0)
        return mean / np.linalg.norm(mean)


def main():
    model = Path(sys.argv[1])
    OUT.mkdir(parents=True, exist_ok=True)
    texts = make_texts()
    (OUT / "texts.json").write_text(json.dumps(texts, ensure_ascii=False, indent=0) + "\n")
    for kind in ("qwen", "gpt2", "llama3"):
        tokenizer = small_bpe(kind, texts)
        tokenizer.save(str(OUT / f"bpe_{kind}.json"), pretty=False)
        write_ids(OUT / f"bpe_{kind}.ids", tokenizer, texts)
    wordpiece = Tokenizer.from_file(str(model / "tokenizer.json"))
    wordpiece.no_truncation()
    wordpiece.no_padding()
    write_ids(OUT / "wordpiece.ids", wordpiece, texts)
    bert = Bert(read_safetensors(model / "model.safetensors"))
    rows = []
    for text in texts:
        ids = wordpiece.encode(text, add_special_tokens=False).ids
        rows.append(bert.embed([101] + ids[:MAX_TOKENS - 2] + [102]))
    (OUT / "minilm.f16").write_bytes(np.array(rows).astype("<f2").tobytes())
    print(len(texts), "texts")


main()

"""Documents that the tests make: large ones, and hostile ones."""
import io
import random
import zipfile
import zlib

WORDS = ("harbour lantern granite meadow ledger violin copper orchard tunnel marble canvas thunder willow anchor barley saddle "
         "pepper window engine hollow silver candle gravel feather mirror basket timber rocket velvet pebble").split()


def sentence(rng, words=12):
    text = " ".join(rng.choice(WORDS) for _ in range(words))
    return text[0].upper() + text[1:] + "."


def html(number, paragraphs=3, marker=""):
    """A small page that no other number makes."""
    rng = random.Random(number)
    body = "".join(f"<h2>Part {i}</h2><p>{' '.join(sentence(rng) for _ in range(4))}</p>" for i in range(paragraphs))
    return f"<html><head><title>Document {number}</title></head><body><h1>Document {number}</h1>{body}<p>{marker} number {number}.</p></body></html>".encode()


class PdfWriter:
    """A PDF of plain text pages in Helvetica, written piece by piece."""

    def __init__(self):
        self.parts, self.offsets, self.size = [b"%PDF-1.5\n"], {}, 9
        self.pages = []

    def add(self, number, body):
        self.offsets[number] = self.size
        data = b"%d 0 obj\n" % number + body + b"\nendobj\n"
        self.parts.append(data)
        self.size += len(data)

    def page(self, lines):
        text = "BT /F1 10 Tf 12 TL 56 780 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        stream = zlib.compress(text.encode("latin-1"))
        number = 10 + 2 * len(self.pages)
        self.add(number, b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream")
        self.add(number + 1, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>" % number)
        self.pages.append(number + 1)

    def finish(self):
        self.add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
        self.add(2, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(self.pages), b" ".join(b"%d 0 R" % n for n in self.pages)))
        self.add(3, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
        top = max(self.offsets) + 1
        xref = [b"xref\n0 %d\n0000000000 65535 f \n" % top]
        xref += [b"%010d 00000 n \n" % self.offsets[n] if n in self.offsets else b"0000000000 00000 f \n" for n in range(1, top)]
        self.parts.append(b"".join(xref) + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (top, self.size))
        return b"".join(self.parts)


def large_pdf(pages, last_sentence, characters=2000):
    rng = random.Random(7)
    writer = PdfWriter()
    for number in range(pages):
        lines, count = [f"Chapter page {number + 1}"], 0
        while count < characters:
            lines.append(sentence(rng, 13))
            count += len(lines[-1])
        if number == pages - 1:
            lines.append(last_sentence)
        writer.page(lines)
    return writer.finish()


def hostile():
    """name -> (bytes, part of the message that a person must see)"""
    good = PdfWriter()
    good.page(["A page of text that is fine."])
    pdf = good.finish()
    encrypted = pdf.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 "
                            b"/O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >> /ID [<" + b"43" * 16 + b"> <" + b"43" * 16 + b">]")
    loop = pdf.replace(b"/Count 1 /Kids [11 0 R]", b"/Count 9 /Kids [2 0 R 2 0 R]")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\0" * (200 << 20))
    deep = 10**6
    return {
        "encrypted.pdf": (encrypted, "password"),
        "truncated.pdf": (pdf[: len(pdf) // 3], ""),
        "empty.pdf": (b"", "empty"),
        "wrong_extension.html": (bytes(range(256)) * 64, ""),
        "bomb.docx": (bomb.getvalue(), ""),
        "loop.pdf": (loop, ""),
        "deep.html": (b"<div>" * deep + b"x" + b"</div>" * deep, ""),
        "deep.json": (b'{"schema_name":"DoclingDocument","body":' + b"[" * deep + b"]" * deep + b"}", ""),
        "deep.md": (b"> " * deep + b"x", ""),
    }

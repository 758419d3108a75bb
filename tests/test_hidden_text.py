"""Text that nobody sees, in a PDF, a page and a Word document of our own: in no text, in all diagnostics."""
import io
import json
import subprocess
import zipfile

import make_inputs
import pytest
from support import SI_CLI, environment

SECRETS = {
    "hidden.pdf": {"unpainted": "not painted", "paperwhite": "in the colour of its background", "flyspeck": "too small to read", "offsheet": "off the page",
                   "undercover": "covered", "cutaway": "clipped away", "zerowidth": "without width"},
    "hidden.html": {"undisplayed": "display: none", "classified": "display: none", "attributed": "the attribute hidden", "paperwhite": "in the colour of its background",
                    "flyspeck": "too small to read", "offscreen": "off the screen", "tagged": "tag characters"},
    "hidden.docx": {"vanished": "marked as hidden", "paperwhite": "in the colour of its background", "flyspeck": "too small to read", "offsheet": "off the page",
                    "tagged": "tag characters"},
}


def tags(word):
    return "".join(chr(0xE0000 + ord(letter)) for letter in word)


def hidden_pdf():
    text = "BT {look} /F1 {size} Tf {x} {y} Td ({text}) Tj ET "
    content = text.format(look="0 g", size=12, x=72, y=720, text="The harbour is open to everybody.")
    content += text.format(look="3 Tr", size=12, x=72, y=690, text="unpainted") + "0 Tr "
    content += text.format(look="1 g", size=12, x=72, y=670, text="paperwhite")
    content += text.format(look="0 g", size="0.4", x=72, y=650, text="flyspeck")
    content += text.format(look="0 g", size=12, x=700, y=630, text="offsheet")
    content += text.format(look="0 g", size=12, x=72, y=610, text="undercover") + "0.9 g 60 600 200 30 re f "
    content += "q 400 100 20 20 re W n " + text.format(look="0 g", size=12, x=72, y=580, text="cutaway") + "Q "
    content += text.format(look="0 g", size=12, x=72, y=550, text="<F2>").replace("/F1", "/F2").replace("(<F2>)", "<616263>")
    cmap = "begincmap 1 begincodespacerange <00> <ff> endcodespacerange 3 beginbfchar <61> <007A> <62> <200B> <63> <2060> endbfchar endcmap"
    writer = make_inputs.PdfWriter()
    writer.add(10, b"<< /Length %d >>\nstream\n" % len(content) + content.encode() + b"\nendstream")
    writer.add(11, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 10 0 R /Resources << /Font << /F1 3 0 R /F2 12 0 R >> >> >>")
    writer.add(12, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 13 0 R >>")
    writer.add(13, b"<< /Length %d >>\nstream\n" % len(cmap) + cmap.encode() + b"\nendstream")
    writer.pages.append(11)
    return writer.finish()


def hidden_html():
    return f"""<html><head><style>.gone {{ display: none }} .far {{ position: absolute; left: -9999px }}</style></head><body>
    <p>The harbour is open to everybody.</p>
    <p style="display:none">undisplayed</p><p class="gone">classified</p><p hidden>attributed</p>
    <p style="color:#fff">paperwhite</p><p style="font-size:1px">flyspeck</p><p class="far">offscreen</p>
    <p>ha{tags('tagged')}r\u200bbour</p></body></html>""".encode()


def hidden_docx():
    def run(text, look=""):
        return f"<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>"
    body = f"<w:p>{run('The harbour is open to everybody.')}</w:p>"
    body += f"<w:p>{run('vanished', '<w:vanish/>')}{run('paperwhite', '<w:color w:val=%sFFFFFF%s/>' % (chr(34), chr(34)))}</w:p>"
    body += f"<w:p>{run('flyspeck', '<w:sz w:val=%s1%s/>' % (chr(34), chr(34)))}</w:p>"
    body += f"<w:p><w:pPr><w:ind w:left=\"-30000\"/></w:pPr>{run('offsheet')}</w:p>"
    body += f"<w:p>{run('ha' + tags('tagged') + 'r' + chr(0x200B) + 'bour')}</w:p>"
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{relations}"><Relationship Id="r1" Target="word/document.xml" '
                         'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>')
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


FILES = {"hidden.pdf": hidden_pdf, "hidden.html": hidden_html, "hidden.docx": hidden_docx}


def parse(path, *arguments):
    done = subprocess.run([SI_CLI, "parse", str(path), *arguments], cwd=path.parent, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", FILES)
def test_parse_keeps_hidden_text_out_and_reports_it(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    outputs = {to: parse(path, "--to", to) for to in ("md", "json", "chunks")}
    found = json.loads(parse(path, "--diagnostics", "--json"))
    lines = parse(path, "--diagnostics")
    for to, output in outputs.items():
        assert "The harbour is open to everybody." in output, to
        for secret in SECRETS[name]:
            assert secret not in output, (to, secret)
        assert not any(0xE0000 <= ord(letter) <= 0xE007F or letter in "\u200b\u2060" for letter in output), to
    for secret, reason in SECRETS[name].items():
        told = [one for one in found["diagnostics"] if reason in one["what"] and (secret in one["what"] or secret == "zerowidth")]
        assert told, (secret, reason, found)
        assert told[0]["what"] in lines
        assert told[0]["severity"] == "info" if secret == "zerowidth" else "warning"
    if name.endswith(".pdf"):
        assert found["pages"] == [{"first": 1, "last": 1, "source": "text layer", "confidence": 1.0}]
        assert "page 1: text layer, confidence 1.00" in lines
        assert all(one["location"] == "page 1" for one in found["diagnostics"])


def test_a_run_keeps_the_diagnostics(server):
    batch = server.batch()
    for name, make in FILES.items():
        assert server.upload(batch, name, make())[0] == 201
    server.start_batch(batch)
    runs = server.wait_batch(batch)
    for name, secrets in SECRETS.items():
        run = runs[name]["workflow_run"]
        assert run["status"] == "COMPLETED", run
        detail = server.get('/document/' + run['doc_id'])
        told = " ".join(one["what"] for one in detail["diagnostics"])
        for secret, reason in secrets.items():
            assert reason in told and (secret in told or secret == "zerowidth"), (secret, told)
    assert "harbour" in json.dumps(server.search("harbour"))

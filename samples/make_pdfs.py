#!/usr/bin/env python3
"""Makes the sample PDFs (needs reportlab). The results are committed; this script is how they came to be.

usage: make_pdfs.py FOLDER
"""
import sys
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import BaseDocTemplate, Frame, ListFlowable, NextPageTemplate, PageTemplate, Paragraph, Spacer

WIDTH, HEIGHT = A4
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12.5, alignment=4, spaceAfter=6)
ABSTRACT = ParagraphStyle("abstract", parent=BODY, leftIndent=24, rightIndent=24, fontName="Times-Italic")
TITLE = ParagraphStyle("title", fontName="Times-Bold", fontSize=19, leading=23, alignment=1, spaceAfter=8)
AUTHORS = ParagraphStyle("authors", fontName="Times-Roman", fontSize=11, leading=14, alignment=1, spaceAfter=10)
H1 = ParagraphStyle("h1", fontName="Times-Bold", fontSize=13, leading=16, spaceBefore=8, spaceAfter=4)
H2 = ParagraphStyle("h2", fontName="Times-Bold", fontSize=11, leading=14, spaceBefore=6, spaceAfter=3)


def furniture(header):
    def draw(canvas, doc):
        canvas.saveState()
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(56, HEIGHT - 36, header)
        canvas.drawCentredString(WIDTH / 2, 30, f"Page {doc.page}")
        canvas.restoreState()
    return draw


def paper(path, header, title, authors, abstract, sections):
    """Two columns under a title over the whole width."""
    doc = BaseDocTemplate(str(path), pagesize=A4, title=title, author=authors, invariant=1)
    gap, margin, top = 18, 56, 190
    width = (WIDTH - 2 * margin - gap) / 2
    first = [Frame(margin, HEIGHT - 50 - top, WIDTH - 2 * margin, top, id="head"),
             Frame(margin, 50, width, HEIGHT - 100 - top - 6, id="l1"),
             Frame(margin + width + gap, 50, width, HEIGHT - 100 - top - 6, id="r1")]
    later = [Frame(margin, 50, width, HEIGHT - 100, id="l"), Frame(margin + width + gap, 50, width, HEIGHT - 100, id="r")]
    doc.addPageTemplates([PageTemplate("first", first, onPage=furniture(header)), PageTemplate("later", later, onPage=furniture(header))])
    story = [NextPageTemplate("later"), Paragraph(title, TITLE), Paragraph(authors, AUTHORS), Paragraph(abstract, ABSTRACT)]
    from reportlab.platypus import FrameBreak
    story.append(FrameBreak())
    doc.build(story + list(flow(sections)))


def report(path, header, title, sections):
    doc = BaseDocTemplate(str(path), pagesize=A4, title=title, invariant=1)
    doc.addPageTemplates([PageTemplate("page", [Frame(64, 60, WIDTH - 128, HEIGHT - 120)], onPage=furniture(header))])
    doc.build([Paragraph(title, TITLE), Spacer(1, 8)] + list(flow(sections)))


def flow(sections):
    for kind, text in sections:
        if kind == "list":
            yield ListFlowable([Paragraph(item, BODY) for item in text], bulletType="bullet", leftIndent=14)
        else:
            yield Paragraph(text, {"h1": H1, "h2": H2, "p": BODY}[kind])


PAPER = [
    ("h1", "1 Introduction"),
    ("p", "Tidal streams carry energy that can be foretold for decades, which sets them apart from wind and sun. Turbines on the sea bed have "
          "been tried in channels where the stream exceeds three metres per second. Most inhabited straits are slower, and there a rigid rotor "
          "stands still for the better part of the day. We describe a converter without a rotor: a membrane that undulates like a fin."),
    ("p", "The idea goes back to observations of eels, which swim against a stream by passing waves along their bodies. Reversed, a body that is "
          "held in a stream is made to undulate and can do work. Earlier trials failed because the membranes tore at their mounts within weeks."),
    ("h1", "2 The Converter"),
    ("p", "Our membrane is six metres long and made of natural rubber with a weave of basalt fibre. Eighteen electromagnetic dampers along its "
          "edges take up the movement and turn it into current. The mounts are hinges of bronze that let the edge follow the wave instead of "
          "holding it. Since all parts move slowly, fish pass unharmed; divers counted no injured animal during the whole trial."),
    ("h2", "2.1 Electrical part"),
    ("p", "Each damper yields an alternating current of changing frequency. It is rectified at the damper and gathered on a cable of 400 volts. "
          "A converter on shore feeds the local grid. The losses between membrane and grid are eleven percent."),
    ("h1", "3 Sea Trial"),
    ("p", "The membrane was moored for fourteen months in Harrow Sound at a depth of twenty-two metres, where the mean spring stream is 1.6 metres "
          "per second. It delivered a mean output of 7.4 kilowatts and began to work at 0.5 metres per second. Growth of barnacles lowered the "
          "output by a quarter within four months; after a coating of silicone had been applied, the loss stayed below four percent."),
    ("p", "During the storm of 14 January waves of nine metres passed over the site. The membrane folded itself flat against its frame, as it had "
          "been designed to do, and resumed its work on the following day. No mount failed. One damper was lost when its seal leaked."),
    ("h1", "4 Cost"),
    ("p", "At a life of ten years and a price of 61,000 for the whole machine, a kilowatt-hour costs 0.19. This is three times the price of wind "
          "power, but a third of that of the diesel power which islands without a cable pay for today. Made in series of a hundred, the price would "
          "fall by half. The largest share is the mooring, not the membrane."),
    ("h1", "5 Conclusion"),
    ("p", "An undulating membrane harvests slow streams that turbines cannot use. The greatest open question is the life of the rubber, of which "
          "we shall know more when the second machine is recovered in two years. Designs and measurements are free for anyone to use."),
]

REPORT = [
    ("h1", "Summary"),
    ("p", "In the year of this report the water works of Lindmoor delivered 2.31 million cubic metres of drinking water, two percent less than in "
          "the year before. Losses through leaks fell from nineteen to fourteen percent after the cast-iron mains of the old town were lined."),
    ("h1", "Quality"),
    ("p", "Samples are taken every week at eleven taps. Of 3,190 analyses all but four met the legal limits. The four concerned a raised count of "
          "germs in the reservoir at Birch Hill after the roof had been damaged by a fallen tree; the reservoir was emptied, disinfected and back "
          "in use after nine days. Nitrate remained at eighteen milligrams per litre, well below the limit of fifty."),
    ("h1", "Works carried out"),
    ("list", ["Lining of 4.2 kilometres of mains between Market Square and the river.", "New ultraviolet disinfection at the spring of Hazel Bottom.",
              "Replacement of 1,140 meters by models that are read by radio.", "A second pump at Quarry Road, which carries the supply alone if the first one fails."]),
    ("h1", "Drought plan"),
    ("p", "When the spring of Hazel Bottom yields less than thirty litres per second, watering of lawns is forbidden between eight in the morning "
          "and eight in the evening. Below twenty litres per second, swimming pools may not be filled and the car wash in Mill Lane is closed. The "
          "first stage was in force for forty-one days, the second was not needed."),
    ("h1", "Finances"),
    ("p", "The price of a cubic metre stays at 1.94. The surplus of 212,000 is put aside for the new reservoir, whose cost is estimated at 3.4 "
          "million and whose construction is to begin in the autumn after next."),
    ("h1", "Outlook"),
    ("p", "Next year the last lead service pipes, of which sixty-three are known, will be replaced at no cost to the owners. Households with "
          "infants can have their water tested for lead free of charge until then."),
]

MUSHROOM = [
    ("h1", "Where to look"),
    ("p", "Chanterelles keep company with spruce and birch and come back to the same square metre for decades. After warm rain in July look on "
          "mossy slopes that face north. They smell of apricots; the false chanterelle, which grows on rotten wood, does not."),
    ("h1", "How to cut"),
    ("p", "Whether one twists the stem out or cuts it makes no difference to the harvest of later years: a Swiss plot was picked in both ways for "
          "twenty-nine years. What harms is trampling, since it breaks the fine threads under the moss."),
    ("h1", "Keeping"),
    ("p", "Chanterelles turn bitter when they are frozen raw. Fry them in butter until their water has gone, and freeze them then. Dried ones are "
          "leathery and best ground to a powder for soups."),
    ("h1", "The deadly double"),
    ("p", "No part of a death cap tastes bad, and sickness begins only after eight to twelve hours, when the liver is already damaged. Whoever picks "
          "green-capped mushrooms with a ring and a bag at the foot of the stem should leave them standing."),
]

PIANO = [
    ("h1", "Why pianos drift"),
    ("p", "The soundboard is a plate of spruce that swells in damp summers and lifts the bridges with all their strings. The middle octaves rise by "
          "as much as fifteen cents between March and August and fall again in the heating season. A bowl of water inside the case evens out the worst."),
    ("h1", "Setting the temperament"),
    ("p", "The tuner mutes the outer strings of the middle octaves with a strip of felt and tunes the octave from F to F first, by counting the beats "
          "of thirds and sixths. Ten beats in thirteen seconds is the pace of the third from F to A. All other notes are copied from there."),
    ("h1", "Stretch"),
    ("p", "Thick strings are stiff, so that their overtones are sharper than theory says. Octaves are therefore tuned a trifle wide: the highest note "
          "of a small upright stands thirty cents above its mathematical place, that of a concert grand only twenty."),
    ("h1", "How often"),
    ("p", "Twice a year is enough for a household, each time some weeks after the season has changed. A new instrument needs four tunings in its first year."),
]

FOG = [
    ("h1", "Principle"),
    ("p", "On the coasts of deserts fog is driven inland almost every night while it hardly ever rains. A mesh hung across the wind catches the droplets; "
          "they run together, fall into a gutter and flow into a tank. A square metre of mesh yields between three and seven litres a day."),
    ("h1", "Choosing a site"),
    ("p", "The best places are saddles and ridges between four hundred and nine hundred metres of altitude, facing the sea wind. Lichens on cactus spines "
          "are a reliable sign. Before anything is built, a standard collector of one square metre is observed for a year."),
    ("h1", "Upkeep"),
    ("p", "Villages have given up their nets for one reason above all: storms tear the mesh and nobody is paid to mend it. Projects that lived longer than "
          "ten years had a paid keeper and a fee per bucket. Coconut matting has outlasted plastic twice."),
]


def main():
    folder = Path(sys.argv[1])
    paper(folder / "tidal_membrane.pdf", "Journal of Slow Water Power 12 (2025)", "Harvesting Slow Tidal Streams with an Undulating Membrane",
          "A. Brandt, O. Farrow, L. Imre", "Abstract. A flexible membrane moored in a tidal channel converts streams too slow for turbines. A machine of "
          "six metres worked for fourteen months in Harrow Sound and delivered 7.4 kilowatts on average at a spring stream of 1.6 metres per second. We "
          "report on its construction, on growth and storms, and on its cost.", PAPER)
    paper(folder / "piano_tuning.pdf", "Proceedings of the Workshop on Old Instruments", "On the Seasonal Drift of Upright Pianos", "M. Keller",
          "Abstract. What a household should know about the tuning of its piano: why it drifts with the seasons, how a temperament is set and what stretch means.", PIANO)
    report(folder / "water_works_report.pdf", "Lindmoor Water Works - Annual Report", "Annual Report of the Lindmoor Water Works", REPORT)
    report(folder / "chanterelles.pdf", "Forest notes", "Finding and Keeping Chanterelles", MUSHROOM)
    report(folder / "fog_nets.pdf", "Water from air", "Drinking Water from Fog Nets", FOG)


main()

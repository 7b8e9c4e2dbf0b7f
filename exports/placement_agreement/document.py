"""An individual placement agreement as a PDF to sign: parties, pupil, place, prices, terms and two signatures."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from commissioning.ledger.time import instant_from_text
from commissioning.web.language import _
from commissioning.web.words import day, moment, number
from exports.pdf.fonts import BOLD, REGULAR
from exports.pdf.page import (
    BAND,
    BODY,
    BRAND,
    CELL,
    HEADING,
    INK,
    MARGIN,
    RULE,
    SMALL,
    SUBTITLE,
    TITLE,
    Document,
    NumberedPages,
)
from exports.placement_agreement.contents import PlacementAgreement, Rows
from exports.workbooks.styles import SENSITIVE

_WIDTH = A4[0] - 2 * MARGIN
_NAMES = 140


def write_placement_agreement(agreement: PlacementAgreement, path: Path) -> None:
    """Writes the agreement; the same agreement gives the same bytes."""
    as_at = agreement.as_at
    foot = _(
        "%(marking)s   %(ref)s, as known at position %(position)s",
        marking=SENSITIVE,
        ref=agreement.ref,
        position=as_at.position,
    )
    story: list[Flowable] = [
        Paragraph(escape(agreement.title), TITLE),
        Paragraph(
            escape(_("Between %(council)s and %(school)s", council=agreement.council, school=agreement.school)),
            SUBTITLE,
        ),
        *_part(_("Parties"), agreement.parties),
        *_part(_("The pupil"), agreement.pupil),
        *_part(_("The place"), agreement.place),
        *_prices(agreement),
        *_part(_("Terms"), agreement.terms),
        _signatures(agreement),
        _rests_on(agreement),
    ]
    document = Document(str(path), agreement.title, agreement.council, foot, paper=A4)
    document.build(story, canvasmaker=NumberedPages)


def _part(title: str, rows: Rows) -> list[Flowable]:
    return [KeepTogether([Paragraph(escape(title), HEADING), _pairs(rows), Spacer(1, 10)])]


def _pairs(rows: Rows) -> Table:
    lines = [[Paragraph(f"<b>{escape(name)}</b>", BODY), Paragraph(escape(value), BODY)] for name, value in rows]
    table = Table(lines, colWidths=[_NAMES, _WIDTH - _NAMES], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), REGULAR),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def _prices(agreement: PlacementAgreement) -> list[Flowable]:
    """The lines of the price, and what they come to by financial year."""
    if not agreement.prices:
        words = _("No price holds yet: nothing is charged until one is agreed.")
        return [KeepTogether([Paragraph(_("Price"), HEADING), Paragraph(words, BODY)])]
    head = [
        Paragraph(f"<b>{name}</b>", CELL)
        for name in (_("For"), _("Price, without VAT"), _("From"), _("Where it is agreed"))
    ]
    body = [
        [Paragraph(escape(text), CELL) for text in (one.component, one.price, one.since, one.source)]
        for one in agreement.prices
    ]
    table = Table([head, *body], colWidths=[share * _WIDTH for share in (0.2, 0.35, 0.2, 0.25)], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), REGULAR),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), BAND),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
            ]
        )
    )
    expected = _("What the council expects to pay, as this is known now; months are charged as the terms below say.")
    return [
        KeepTogether([Paragraph(_("Price"), HEADING), table, Spacer(1, 8)]),
        KeepTogether([Paragraph(expected, BODY), _pairs(agreement.charges), Spacer(1, 10)]),
    ]


def _signatures(agreement: PlacementAgreement) -> Flowable:
    """Two blocks to sign in; where the signature is recorded already, its day."""
    blocks = [
        _block(_("For %(council)s", council=agreement.council)),
        _block(_("For %(school)s", school=agreement.school)),
    ]
    half = _WIDTH / 2
    table = Table([blocks], colWidths=[half, half], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), REGULAR),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
            ]
        )
    )
    story: list[Flowable] = [Paragraph(_("Signatures"), HEADING)]
    if agreement.signed_on is not None:
        story.append(Paragraph(_("Recorded as signed by both sides on %(day)s.", day=day(agreement.signed_on)), BODY))
    return KeepTogether([*story, table, Spacer(1, 10)])


def _block(title: str) -> list[Flowable]:
    lines = Table([[name, ""] for name in (_("Signature"), _("Name"), _("Position"), _("Date"))], colWidths=[60, 170],
                  rowHeights=[34, 24, 24, 24], hAlign="LEFT")  # fmt: skip
    lines.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), REGULAR, 9),
                ("TEXTCOLOR", (0, 0), (-1, -1), INK),
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                ("LINEBELOW", (1, 0), (1, -1), 0.7, BRAND),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
            ]
        )
    )
    heading = Paragraph(f'<font name="{BOLD}">{escape(title)}</font>', BODY)
    return [heading, lines]


def _rests_on(agreement: PlacementAgreement) -> Flowable:
    as_at = agreement.as_at
    known = moment(instant_from_text(as_at.recorded_at)) if as_at.recorded_at else _("the beginning")
    made, position = day(agreement.made_on), number(as_at.position)
    rests_on = _(
        "Made from the council's ledger on %(made)s, as known at position %(position)s (%(known)s).",
        made=made,
        position=position,
        known=known,
    )
    words: Sequence[str] = (
        f"{rests_on} {_('The chain of its entries ends there in %(head)s.', head=as_at.head)}",
        _("It names a child: keep it where only those can read it who need to."),
    )
    return KeepTogether([Paragraph(escape(line), SMALL) for line in words])

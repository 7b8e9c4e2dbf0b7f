"""The form that lists a national table of price bands, and how receipts speak of it."""

from aiohttp import web

from commissioning.charges.pages.asked import TODAY
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.price_bands.commands import ListPriceBands
from commissioning.price_bands.policy import may_list_price_bands
from commissioning.price_bands.reading import COLUMNS, EXAMPLE, LONGEST_TEXT, bands_from_text
from commissioning.price_bands.table import NATIONAL, PRICE_BANDS
from commissioning.price_bands.words import EVENT_TITLES, for_whom
from commissioning.web.forms.fields import Field, Section, Values, as_typed
from commissioning.web.forms.form import Answer, Deed, Form, Sheet
from commissioning.web.forms.kinds import Day, Paragraph, Text
from commissioning.web.forms.pages import add_form
from commissioning.web.forms.receipts import RECORDS, RecordKind
from commissioning.web.ledger_keys import READER
from commissioning.web.words import number, pounds

_MOST_SHOWN = 12
FORM = "/new/price-bands"
"""The address of the form."""


def add_routes(app: web.Application) -> None:
    """Adds the form to an application that has the frame's own addresses."""
    app[RECORDS] |= {
        PRICE_BANDS.name: RecordKind(lambda _key: "National price bands", EVENT_TITLES, lambda _key: "/price-bands")
    }
    add_form(app, Form(FORM, may_list_price_bands, list_sheet))


async def list_sheet(request: web.Request) -> Sheet:
    """`/new/price-bands`: a table is pasted as it stands in a spreadsheet or a CSV file."""
    known = await request.app[READER].state(PRICE_BANDS, NATIONAL, OPEN_POSITION)
    last = known.on(max(known.by_day)) if known else None

    def deed(values: Values, version: int | None) -> Deed:
        command = ListPriceBands(
            effective_on=values["effective_on"],
            source=values["source"],
            bands=bands_from_text(values["bands"]),
            expected_version=version,
        )
        return lambda work: work.execute(command)

    async def also(values: Values) -> list[Answer]:
        bands = bands_from_text(values["bands"])
        shown = [Answer(for_whom(one), f"{pounds(one.amount)} a year") for one in bands[:_MOST_SHOWN]]
        return [Answer("Bands", number(len(bands))), *shown]

    return Sheet(
        heading="List a table of price bands",
        button="List the table",
        text="The whole table that holds from a day. It moves no charge: it is what places are compared with.",
        sections=(
            Section(
                "",
                (
                    Field("effective_on", "Holds from", Day(), "For example, 1/4/2027"),
                    Field("source", "Source", Text(200), "Where it was published, and which edition"),
                    Field(
                        "bands",
                        "The table",
                        Paragraph(LONGEST_TEXT),
                        f"Paste it with a first line that names its columns: {', '.join(COLUMNS)}. Amounts are pounds "
                        f"a year; leave out what the table does not tell apart. For example: {EXAMPLE!r}".replace(
                            "\\n", " / "
                        ).replace("'", ""),
                    ),
                ),
            ),
        ),
        known={"effective_on": as_typed(request.app[TODAY]()), "source": last.source if last else ""},
        deed=deed,
        places=dict.fromkeys(("no-bands", "too-many-bands", "band-twice", "columns", "amount", "need"), "bands"),
        also=also,
        stream=PRICE_BANDS.stream(NATIONAL),
        costs=False,
        breadcrumbs=[("Home", "/"), ("Price bands", "/price-bands"), ("List a table", None)],
    )

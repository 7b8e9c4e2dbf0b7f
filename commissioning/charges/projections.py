"""The read tables of charges: what each place cost, month by month, and from when to when we thought so.

A charge row holds from the position that wrote it to the position that replaced it, so that a report as at any
past position is an indexed query and the movement between two positions is a sum over the rows opened and
closed in between (architecture.md, Charges and time). What a row is *for* stands once, in its series, and the
series' place in the common groupings once more, in its cohort.
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.tables import IdentityField


class _Row(Model):
    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()

    class Meta:
        abstract = True


class Cohort(_Row):
    """The groupings that the common reports use. A void has no need, phase or setting."""

    model = fields.TextField()
    provider_urn = fields.IntField()
    need = fields.TextField(null=True)
    phase = fields.TextField(null=True)
    setting = fields.TextField(null=True)
    kind = fields.TextField()

    class Meta:
        table = "charges_cohort"
        indexes = [Index(fields=("book", "model"), name="charges_cohort_model")]


class Series(_Row):
    """What a charge is for: a place of one pupil, or a void, of one agreement, in one component and kind.

    A change of any of these facts, also of what was known of them, is another series. `kind` is attendance,
    notice or void; the component is null on the series that only carries days (kind `roll`).
    """

    cohort_id = fields.BigIntField()
    agreement_ref = fields.TextField()
    placement_ref = fields.TextField(null=True)
    pupil = fields.TextField(null=True)
    component = fields.TextField(null=True)
    band = fields.TextField(null=True)
    home_area = fields.TextField(null=True)
    route = fields.TextField(null=True)

    class Meta:
        table = "charges_series"
        indexes = [
            Index(fields=("book", "agreement_ref"), name="charges_series_agreement"),
            Index(fields=("book", "placement_ref"), name="charges_series_placement"),
            Index(fields=("book", "pupil"), name="charges_series_pupil"),
        ]


class Charge(_Row):
    """Pence of one series in one month (`202604`). The share of education is the whole less both others."""

    series_id = fields.BigIntField()
    month = fields.IntField()
    cost = fields.BigIntField()
    health = fields.BigIntField()
    care = fields.BigIntField()
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        table = "charges_charge"
        indexes = [
            Index(fields=("book", "month", "from_position"), name="charges_charge_opened"),
            Index(fields=("book", "month", "to_position"), name="charges_charge_closed"),
            Index(fields=("series_id", "to_position"), name="charges_charge_series"),
        ]


class Occupancy(_Row):
    """Days on roll of one placement under one agreement, `last_day` 9999-12-31 while no end is known."""

    series_id = fields.BigIntField()
    first_day = fields.TextField()
    last_day = fields.TextField()
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        table = "charges_occupancy"
        indexes = [
            Index(fields=("book", "last_day"), name="charges_occupancy_last_day"),
            Index(fields=("series_id", "to_position"), name="charges_occupancy_series"),
        ]


class Commitment(_Row):
    """Days on which an agreement commits the council to `places`, with how many were filled or in notice."""

    series_id = fields.BigIntField()
    first_day = fields.TextField()
    last_day = fields.TextField()
    places = fields.IntField()
    on_roll = fields.IntField()
    in_notice = fields.IntField()
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        table = "charges_commitment"
        indexes = [
            Index(fields=("book", "last_day"), name="charges_commitment_last_day"),
            Index(fields=("series_id", "to_position"), name="charges_commitment_series"),
        ]


class Unpriced(_Row):
    """Days on roll that could not be priced, with the reason: an exception to report, never a silent zero."""

    series_id = fields.BigIntField()
    first_day = fields.TextField()
    last_day = fields.TextField()
    reason = fields.TextField()
    calendar = fields.TextField(null=True)
    academic_year = fields.TextField(null=True)
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        table = "charges_unpriced"
        indexes = [
            Index(fields=("book", "last_day"), name="charges_unpriced_last_day"),
            Index(fields=("series_id", "to_position"), name="charges_unpriced_series"),
        ]


class Cause(_Row):
    """Why an event moved money, in the words of the movement bridge (pricing.md §7)."""

    position = fields.BigIntField()
    cause = fields.TextField()

    class Meta:
        table = "charges_cause"
        indexes = [Index(fields=("book", "position"), name="charges_cause_position")]


class YearMovement(_Row):
    """What one event changed in a financial year (its first calendar year), ready to add up (totals.py).

    `cohorts` holds their signed pence and days, `pupils` who came on the roll or off it, both as JSON; `size` counts
    what is in them, and `cost` is the pence together that the event moved (movements.py). The first row of a year holds
    everything that stood in it at that position.
    """

    year = fields.IntField()
    position = fields.BigIntField()
    size = fields.IntField()
    cohorts = fields.TextField()
    pupils = fields.TextField()
    cost = fields.BigIntField(db_default=0)

    class Meta:
        table = "charges_year_movement"
        indexes = [Index(fields=("book", "year", "position", "cost"), name="charges_year_movement_at")]


class Checkpoint(_Row):
    """All that a financial year comes to as known at a position, in one grouping (totals.py), as JSON.

    `size` counts what is in it. Reports add to it the movements of the year since.
    """

    year = fields.IntField()
    grouping = fields.TextField()
    position = fields.BigIntField()
    size = fields.IntField()
    totals = fields.TextField()

    class Meta:
        table = "charges_checkpoint"
        indexes = [Index(fields=("book", "year", "grouping", "position"), name="charges_checkpoint_at")]

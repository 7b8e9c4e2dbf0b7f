"""Forms that were begun and not sent: kept so that nothing typed is lost, and no part of the ledger.

These rows are no read tables: no rebuild touches them and no backup holds them. What was typed may name a child, so it
is sealed under a key of the draft's own, which is destroyed when the form is sent or dropped.
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.tables import IdentityField


class Draft(Model):
    """A form that was not sent yet. `draft` is the id of the command that it will be, and `title` names nobody."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    draft = fields.TextField()
    account = fields.TextField()
    address = fields.TextField()
    title = fields.TextField()
    key = fields.TextField()
    sealed = fields.TextField()
    saved_at = fields.TextField()

    class Meta:
        """Where the rows lie."""

        table = "forms_draft"
        indexes = (
            Index(fields=("book", "draft"), name="forms_draft_draft"),
            Index(fields=("book", "account"), name="forms_draft_account"),
        )

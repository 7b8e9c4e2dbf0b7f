"""`commissioning`: the console command and all that hang from it."""

import click

from commissioning.cli.books import audit_pack_command, book_group, witness_group
from commissioning.cli.closing import close_command, codes_group
from commissioning.cli.copies import backup_command, restore_command
from commissioning.cli.counterfactuals import COMMANDS as COUNTERFACTUALS
from commissioning.cli.demonstration import demo_command, serve_command
from commissioning.cli.files import check_command
from commissioning.cli.forecasts import forecast_command, year_groups_command
from commissioning.cli.intake import import_command, providers_group, template_command
from commissioning.cli.invoices import invoice_group
from commissioning.cli.packs import pack_command
from commissioning.cli.price_bands import price_bands_group
from commissioning.cli.privacy import disclose_command, erase_command, keys_group, retention_group
from commissioning.cli.reports import report
from commissioning.cli.scenarios import scenario_group
from commissioning.cli.upkeep import migrate_command, rebuild_command, verify_command
from commissioning.cli.users import tokens_group, users_group
from commissioning.cli.views import saved_command, views_command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="commissioning")
def main() -> None:
    """The ledger with which a council buys places in special schools."""


for command in (
    demo_command,
    serve_command,
    migrate_command,
    template_command,
    import_command,
    providers_group,
    price_bands_group,
    invoice_group,
    report,
    pack_command,
    check_command,
    close_command,
    codes_group,
    verify_command,
    rebuild_command,
    audit_pack_command,
    book_group,
    witness_group,
    backup_command,
    restore_command,
    disclose_command,
    erase_command,
    retention_group,
    keys_group,
    views_command,
    scenario_group,
    users_group,
    tokens_group,
):
    main.add_command(command)
for command in (*COUNTERFACTUALS, forecast_command, year_groups_command, saved_command):
    report.add_command(command)

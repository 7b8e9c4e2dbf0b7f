"""`commissioning`: the console command and all that hang from it."""

import click

from commissioning.cli.intake import import_command, template_command
from commissioning.cli.reports import report
from commissioning.cli.upkeep import migrate_command, rebuild_command, verify_command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="commissioning")
def main() -> None:
    """The ledger with which a council buys places in special schools."""


for command in (import_command, template_command, migrate_command, verify_command, rebuild_command, report):
    main.add_command(command)

"""`python -m commissioning` is the console command."""

from commissioning.cli.main import main

main()

"""The command line: `pipecast`."""

from forecast.cli.main import main

__all__ = ["main"]

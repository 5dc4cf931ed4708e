"""What leaves the program for people: one HTML page, pictures, tables for spreadsheets."""

from forecast.report.blocks import InputFile, input_file
from forecast.report.contents import Results
from forecast.report.folder import write_folder
from forecast.report.page import write_report
from forecast.report.spreadsheet import write_csv

__all__ = ["InputFile", "Results", "input_file", "write_csv", "write_folder", "write_report"]

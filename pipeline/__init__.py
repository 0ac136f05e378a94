"""The way of the data: reading, structure, sections, participants and entities, organisations, tables."""

import csv as _csv

# A cell may hold a whole section of a text, or every name of an organisation; csv alone stops at 131,072 characters.
_csv.field_size_limit(2**31 - 1)

"""The way of the data: reading, structure, sections, participants and entities, organisations, tables."""

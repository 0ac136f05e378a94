"""The linguistic knowledge of the pipeline, as data that a domain expert may edit."""

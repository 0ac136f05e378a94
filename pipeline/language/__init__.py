"""The spaCy pipeline: which model is used, and the components that work on it."""

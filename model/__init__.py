"""The embedded name model (a spaCy pipeline) and the weights of learned decisions, made by training/build.py."""

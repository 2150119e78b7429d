"""The analyser: rules over a Module, and what is done with what they find."""

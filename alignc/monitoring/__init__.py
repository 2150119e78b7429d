"""Programs that look at what goes into a model and what comes out of it."""

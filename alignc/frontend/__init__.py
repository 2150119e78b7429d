"""The user's vocabulary: feature types, decorators, sources, and how they become a Module."""

"""From a line of a generated file back to the definition that made it."""

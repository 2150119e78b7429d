"""The typed intermediate representation: what definitions say (Module) and what programs do (Plan)."""

"""What is made for a project: one file per artefact, Module -> Plans."""

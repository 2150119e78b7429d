"""Plan -> text, one package per family of targets."""

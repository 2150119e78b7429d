"""What two states of a project differ in, what follows from that, and whom it breaks."""

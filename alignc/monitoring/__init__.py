"""Programs that watch models: their predictions against what came true, and what they are given."""

"""What each assumption of a study does to its verdict: paired runs, one with and one without it."""

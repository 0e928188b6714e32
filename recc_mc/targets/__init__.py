"""What it would take: the smallest change of indicators with which a mine meets a goal."""

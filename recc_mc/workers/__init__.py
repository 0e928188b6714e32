"""Who computes the blocks of a run: threads, processes or a cluster; no physics in here."""

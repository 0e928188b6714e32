"""How the finished blocks of a run are kept, in memory or on disk, until they are a result."""

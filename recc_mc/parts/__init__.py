"""How the finished blocks of a run are kept on disk until its result is made of them."""

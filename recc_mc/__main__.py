"""``python -m recc_mc`` is the program ``recc-mc``."""

import sys

from recc_mc.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

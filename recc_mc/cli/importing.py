"""What ``recc-mc import`` says: what was taken for what, and what is left to do."""

import argparse
import shlex

from recc_mc.cli.text import show

__all__ = ["importing"]


def importing(args: argparse.Namespace) -> None:
    """Make a study of what people have."""
    from recc_mc.workbook import import_study

    made = import_study(args.files, args.output)
    if args.quiet:
        return
    show("taken")
    show("\n".join(f"  {line}" for line in made.taken))
    if made.left:
        show("\nleft to fill in")
        show("\n".join(f"  {line}" for line in made.left))
    show(f"\nwritten: {made.path}")
    show(f"next:    {shlex.join(['recc-mc', 'check', str(made.path)])}")

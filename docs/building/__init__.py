"""What the documentation is built with: commands that are run, pages that the program writes."""

"""What the operating system gives: disk, locks, memory, signals, a terminal, a second process."""

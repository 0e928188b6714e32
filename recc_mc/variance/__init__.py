"""Which uncertain factor makes the result vary: variance-based sensitivity."""

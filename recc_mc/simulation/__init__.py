"""Simulations, in memory and by way of parts, so that they can be killed, continued, shared out."""

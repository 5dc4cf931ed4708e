"""The compiled engine: the reference model's twin, for thousands of years; event for event the same."""

from simulations.engine.machine import Machine, simulate

__all__ = ["Machine", "simulate"]

"""The reference model, in SimPy, written to be read aloud: arrive, wait, be worked, hear back, decide."""

from simulations.reference.run import Run, simulate

__all__ = ["Run", "simulate"]

"""Stages, win curves, creation and amounts, learned from history as parameter draws."""

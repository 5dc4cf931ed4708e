"""The templates of sentences: a translation replaces these, nothing else."""

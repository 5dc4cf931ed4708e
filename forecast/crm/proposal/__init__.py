"""A mapping file proposed from the names and contents of a file's columns, for its owner to confirm."""

from forecast.crm.proposal.propose import Proposal, propose
from forecast.crm.proposal.writing import proposal_text

__all__ = ["Proposal", "proposal_text", "propose"]

"""Review, publication and posting of procedures: what is proposed, what is public, and whether all copies say the same."""

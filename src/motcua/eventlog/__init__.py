"""Event logs of other systems become dossiers: a mapping file says what each column means, nothing is lost in silence."""

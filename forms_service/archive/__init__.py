"""The archive (OCFL 1.1 in a folder) and the database of book and ledger."""

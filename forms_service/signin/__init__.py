"""Who somebody is: one way to sign in a file, each behind a port."""

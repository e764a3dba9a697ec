"""How people prove who they are; one library a file, behind a port."""

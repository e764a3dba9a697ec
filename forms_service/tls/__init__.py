"""The server's certificate: the city's, or one of a small authority of our own."""

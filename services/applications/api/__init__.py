"""HTTP in, commands down; rows up, HTTP out."""

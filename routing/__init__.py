"""How do we get there? Walk networks, travel times and walking rounds; knows no ticket."""

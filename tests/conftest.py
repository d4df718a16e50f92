"""What every test shares: databases in place, sockets closed beyond this machine, and the journal proved after each test."""

"""Front doors for clients that exist already. Each translates to the events and queries that everything else uses."""

"""coalitie: from free Dutch texts about local coalitions against loneliness to normalised records."""

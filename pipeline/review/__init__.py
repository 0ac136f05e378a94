"""The stewards' page: pairs of names that may be one organisation, and a person's word about them."""

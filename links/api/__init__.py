"""The API for programs, `/api/v1/`: the same services, queries and rights as the staff's pages, by API tokens."""

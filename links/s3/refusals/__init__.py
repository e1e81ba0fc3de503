"""What a refusal says besides its headers: its words, what it echoes, and who it is that speaks."""

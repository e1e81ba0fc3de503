"""URLs that somebody pasted: diagnosed, or watched from now on."""

"""The judgement of one link: causes that answers tell, foresight, and the verdict that they add up to."""

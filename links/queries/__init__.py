"""What every interface reads: the state of a link, search, our own URLs, the registered buckets, health. Nothing here
writes a row, asks a store or sends anything; what a person may see is a required argument.
"""

"""Finished results on the disk, under names that say what they were made of.

A name is a hash over the input, the options, the models and the program itself (``names``), so that whatever changed never meets
an old result. A file (``tables``) ends with a checksum over its name and content. ``care`` shows what is there and prunes it.
"""

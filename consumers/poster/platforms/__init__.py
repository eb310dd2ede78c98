"""The doors to the platforms: one file each, all under the protocol in `base`."""

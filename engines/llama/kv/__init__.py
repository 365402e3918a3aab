"""The KV cache: sequences in the context, chats parked in RAM, snapshots on disk."""

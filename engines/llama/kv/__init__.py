"""What the model remembers: sequences in the context, chats parked in memory, snapshots on disk."""

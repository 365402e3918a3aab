"""Chats set aside do not get into each other's way."""

from engines.llama.kv.parked import ParkedChatStore
from engines.llama.kv.prefix import CachedTokens


def test_two_branches_of_a_chat_do_not_share_its_buffer() -> None:
    parked = ParkedChatStore(1 << 20)
    earlier = parked.park(CachedTokens(), 4000, lambda into, size: True, 1, None)
    one = parked.park(CachedTokens(), 4000, lambda into, size: True, 2, earlier)
    other = parked.park(CachedTokens(), 4000, lambda into, size: True, 3, earlier)
    assert one and other
    assert one.buffer is not other.buffer

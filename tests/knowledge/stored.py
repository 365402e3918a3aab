"""Documents as the parser's process gives them."""

import zlib
from types import MappingProxyType

from knowledge.chunk import Chunk
from knowledge.chunked_document import ChunkedDocument
from knowledge.document import Metadata


def stored(text: str, *chunks: Chunk, metadata: Metadata = MappingProxyType({})) -> ChunkedDocument:
    return ChunkedDocument(title="", metadata=metadata, body=zlib.compress(text.encode()), chunks=chunks)

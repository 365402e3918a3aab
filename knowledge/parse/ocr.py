"""The only module that recognises text in pictures: RapidOCR with the models of PaddleOCR that it carries."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from knowledge.parse.reading_order import Line, in_reading_order

if TYPE_CHECKING:
    from PIL.Image import Image

_MAX_THREADS = 4
_MAX_SIDE_PIXELS = 1760  # of the picture in which lines are looked for: an A4 page at 150 dpi


class Recogniser:
    """Text of pictures, in Chinese, Japanese and the languages in Latin script. Its models load at the first one."""

    def text(self, image: "Image") -> str:
        """The words in the picture in reading order; "" where there are none."""
        import numpy as np

        found = self._engine(np.asarray(image)[:, :, ::-1])  # blue, green, red
        boxes, texts = found.boxes, found.txts
        if boxes is None or not texts:
            return ""
        lines = [
            Line(text, *map(float, (*box.min(axis=0), *box.max(axis=0))))
            for text, box in zip(texts, boxes, strict=True)
        ]
        return in_reading_order(lines)

    @cached_property
    def _engine(self) -> Any:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when ONNX Runtime is loaded, which reports to its maker
        from rapidocr import RapidOCR

        threads = min(os.cpu_count() or 1, _MAX_THREADS)
        return RapidOCR(
            params={
                "Global.log_level": "error",
                # As it is set up, small pictures are enlarged: a line of text then takes ten times as long, in pieces.
                "Det.limit_type": "max",
                "Det.limit_side_len": _MAX_SIDE_PIXELS,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

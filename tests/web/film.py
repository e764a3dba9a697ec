"""What a tablet's camera sees in a test: a film of one picture, the back of a card with its code, of nobody."""

from __future__ import annotations

from pathlib import Path

import zxingcpp

WIDTH, HEIGHT = 1280, 720
GREY = b"\x80"


def card(family: str, first: str, born: str) -> str:
    """Write a card's code as its standard does (version 10), for an issuer that issues nothing."""
    elements = (
        ("DCA", "C"), ("DBA", "04282031"), ("DCS", family), ("DAC", first), ("DAD", "NONE"), ("DBB", born), ("DBC", "2"),
        ("DAG", "7 NOWHERE LANE"), ("DAI", "NOWHERE"), ("DAJ", "OR"), ("DAK", "973380000"), ("DAQ", "Z0000000"), ("DCG", "USA"),
    )  # fmt: skip
    body = "DL" + "".join(f"{name}{value}\n" for name, value in elements) + "\r"
    head = "@\n\x1e\rANSI 999999100101"
    return f"{head}DL{len(head) + 10:04d}{len(body):04d}{body}"


def film(path: Path, text: str) -> Path:
    """Write a film of the camera: a code on grey ground, or grey alone where there is no text.

    Source: YUV4MPEG2, one plane of light and two of colour at a quarter of its size.
    """
    light = bytearray(GREY * (WIDTH * HEIGHT))
    if text:
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.PDF417)
        picture = memoryview(barcode.to_image(scale=3))
        rows, columns = picture.shape
        pixels, top, left = bytes(picture), (HEIGHT - rows) // 2, (WIDTH - columns) // 2
        assert top > 0 < left, (rows, columns)
        for row in range(rows):
            start = (top + row) * WIDTH + left
            light[start : start + columns] = pixels[row * columns : (row + 1) * columns]
    frame = b"FRAME\n" + bytes(light) + GREY * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
    return path

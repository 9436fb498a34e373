"""Writes reference.json: what Pillow makes of one small picture, operation by operation. Run with Pillow 9.4 or later; the arithmetic has not changed since."""
import json

from PIL import Image, ImageEnhance, ImageOps

WIDTH, HEIGHT = 13, 9
pixels = bytes((x * 7 + y * 29 + c * 61 + (x * y * (c + 3)) % 53) % 256 for y in range(HEIGHT) for x in range(WIDTH) for c in range(3))
image = Image.frombytes("RGB", (WIDTH, HEIGHT), pixels)


def hue(turn):
    h, s, v = image.convert("HSV").split()
    h = h.point(lambda level: (level + int(turn * 255)) % 256)
    return Image.merge("HSV", (h, s, v)).convert("RGB")


def affine(*matrix):
    return image.transform(image.size, Image.AFFINE, matrix, Image.NEAREST, fillcolor=(0, 0, 0))


results = {"original": image}
for factor in (0, 0.35, 1, 1.27, 1.9):
    results[f"brightness {factor}"] = ImageEnhance.Brightness(image).enhance(factor)
    results[f"contrast {factor}"] = ImageEnhance.Contrast(image).enhance(factor)
    results[f"saturation {factor}"] = ImageEnhance.Color(image).enhance(factor)
    results[f"sharpness {factor}"] = ImageEnhance.Sharpness(image).enhance(factor)
for turn in (-0.5, -0.2, 0, 0.01, 0.37, 0.5):
    results[f"hue {turn}"] = hue(turn)
for bits in (4, 6, 8):
    results[f"posterize {bits}"] = ImageOps.posterize(image, bits)
for threshold in (255, 178.5, 0):
    results[f"solarize {threshold}"] = ImageOps.solarize(image, threshold)
results["autocontrast"] = ImageOps.autocontrast(image)
narrow = image.point(lambda level: 60 + level // 5)
results["autocontrast narrow"] = ImageOps.autocontrast(narrow)
results["equalize"] = ImageOps.equalize(image)
large = image.resize((64, 48), Image.BILINEAR)
results["large"] = large
results["equalize large"] = ImageOps.equalize(large)
for slope in (0.3, -0.09):
    results[f"shear x {slope}"] = affine(1, slope, 0, 0, 1, 0)
    results[f"shear y {slope}"] = affine(1, 0, 0, slope, 1, 0)
for right, down in ((3, 0), (-2, 0), (0, 4), (0, -1)):
    results[f"translate {right} {down}"] = affine(1, 0, -right, 0, 1, -down)
for degrees in (30, -9, 4.5):
    results[f"rotate {degrees}"] = image.rotate(degrees, Image.NEAREST, fillcolor=(0, 0, 0))
results["flip"] = image.transpose(Image.FLIP_LEFT_RIGHT)
results["crop and resize"] = image.crop((2, 1, 11, 8)).resize((8, 8), Image.BILINEAR)

with open("reference.json", "w") as file:
    json.dump({name: {"width": r.width, "height": r.height, "rgb": r.tobytes().hex()} for name, r in results.items()}, file, indent=1)
    file.write("\n")

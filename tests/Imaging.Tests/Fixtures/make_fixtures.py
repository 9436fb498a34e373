"""Writes the JPEG fixtures and fixtures.json: the SHA-256 of the RGB bytes that Pillow decodes from each, of one of them
turned by each EXIF orientation, and of it resized.

Needs Pillow and libjpeg-turbo's cjpeg and jpegtran on the PATH:  python3 make_fixtures.py
"""
import hashlib, io, json, math, os, subprocess
from PIL import Image, ImageOps

here = os.path.dirname(os.path.abspath(__file__))


def picture(width, height):
    """Gradients, hard colour edges and a little texture: what chroma upsampling and clamping are sensitive to."""
    im = Image.new('RGB', (width, height))
    for y in range(height):
        for x in range(width):
            r = 255 * x // max(1, width - 1)
            g = 255 * y // max(1, height - 1)
            b = int(127.5 + 127.5 * math.sin(x * 0.7) * math.cos(y * 0.5))
            if (x // 9 + y // 7) % 5 == 0: r, g, b = 255, 0, 255 * (x % 2)
            if (x // 6 - y // 11) % 7 == 0: r, g, b = 0, 255 - g, r
            im.putpixel((x, y), (r, g, b))
    return im


def tool(*arguments, data):
    return subprocess.run(arguments, input=data, stdout=subprocess.PIPE, check=True).stdout


def ppm(im):
    out = io.BytesIO(); im.save(out, 'PPM'); return out.getvalue()


def pillow(im, **options):
    out = io.BytesIO(); im.save(out, 'JPEG', **options); return out.getvalue()


def patch(data, old, new):
    assert data.count(old) == 1 and len(old) == len(new), (data.count(old), old)
    return data.replace(old, new)


small, narrow = picture(45, 37), picture(2, 19)
files = {}
for sample in ('1x1', '2x1', '1x2', '2x2', '4x1', '4x2'):
    files[f'baseline-{sample}'] = tool('cjpeg', '-quality', '85', '-sample', sample, data=ppm(small))
for sample in ('1x1', '2x2'):
    files[f'progressive-{sample}'] = tool('cjpeg', '-quality', '85', '-progressive', '-sample', sample, data=ppm(small))
files['progressive-optimised'] = pillow(small, quality=60, progressive=True, optimize=True)
files['restarts'] = tool('cjpeg', '-quality', '80', '-restart', '2B', '-sample', '2x2', data=ppm(small))
for restart in ('2B', '1'):
    files[f'progressive-restarts-{restart}'] = tool('cjpeg', '-quality', '85', '-progressive', '-restart', restart, '-sample', '2x2', data=ppm(small))
files['narrow-2x2'] = tool('cjpeg', '-quality', '90', '-sample', '2x2', data=ppm(narrow))
files['narrow-2x1'] = tool('cjpeg', '-quality', '90', '-sample', '2x1', data=ppm(narrow))
files['one-pixel'] = pillow(small.crop((3, 3, 4, 4)), quality=90)
files['grey'] = tool('cjpeg', '-quality', '85', '-grayscale', data=ppm(small))
files['grey-2x2'] = tool('cjpeg', '-quality', '85', '-grayscale', '-sample', '2x2', data=ppm(small))
files['grey-progressive'] = pillow(small.convert('L'), quality=85, progressive=True)
scans = os.path.join(here, 'scans.txt')
with open(scans, 'w') as f: f.write('0: 0-0, 0, 0; 0: 1-63, 0, 0;')
files['grey-two-scans'] = tool('cjpeg', '-quality', '85', '-grayscale', '-scans', scans, data=ppm(small))
os.remove(scans)
files['rgb-letters'] = tool('cjpeg', '-quality', '85', '-rgb', data=ppm(small))
files['cmyk'] = pillow(small.convert('CMYK'), quality=85)
files['cmyk-progressive'] = pillow(small.convert('CMYK'), quality=85, progressive=True)
# Adobe's marker with transform 2 makes the same samples YCCK.
files['ycck'] = patch(files['cmyk'], b'Adobe\x00\x64\x00\x00\x00\x00\x00', b'Adobe\x00\x64\x00\x00\x00\x00\x02')
files['low-quality'] = pillow(small, quality=3)

hashes = {}
for name, data in sorted(files.items()):
    with open(os.path.join(here, f'{name}.jpg'), 'wb') as f: f.write(data)
    im = Image.open(io.BytesIO(data)).convert('RGB')
    hashes[name] = {'width': im.width, 'height': im.height, 'rgb_sha256': hashlib.sha256(im.tobytes()).hexdigest()}
    print(name, len(data), im.size)
base = Image.open(io.BytesIO(files['baseline-1x1'])).convert('RGB')
turned, resized = {}, []
for orientation in range(1, 9):
    im = Image.open(io.BytesIO(files['baseline-1x1']))
    im.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(im).convert('RGB')
    assert upright.size == ((45, 37) if orientation < 5 else (37, 45))
    turned[orientation] = hashlib.sha256(upright.tobytes()).hexdigest()
for name, method in (('Bicubic', Image.BICUBIC), ('Bilinear', Image.BILINEAR)):
    for size in ((1, 1), (7, 5), (45, 20), (20, 37), (44, 36), (46, 38), (90, 74), (13, 301), (500, 2), (224, 224)):
        resized.append({'interpolation': name, 'width': size[0], 'height': size[1],
                        'rgb_sha256': hashlib.sha256(base.resize(size, method).tobytes()).hexdigest()})

with open(os.path.join(here, 'fixtures.json'), 'w', newline='\n') as f:
    json.dump({'decoded': hashes, 'turned': turned, 'resized': resized}, f, indent=2); f.write('\n')

import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { findPython, runPython } from '#shared/testing/python';
import { decodeImage, resizeImage } from './images.ts';
import { DataProblem } from './reading.ts';

/** A picture of smooth colours. */
function picture(width: number, height: number): { width: number; height: number; data: Buffer } {
  const data = Buffer.alloc(4 * width * height, 255);
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    data.set([(x * 255) / width, (y * 255) / height, 128 + 100 * Math.sin(x / 3 + y / 4)].map(Math.round), 4 * at);
  }
  return { width, height, data };
}

function png({ width, height, data }: ReturnType<typeof picture>): Uint8Array {
  const image = new PNG({ width, height });
  data.copy(image.data);
  return Uint8Array.from(PNG.sync.write(image));
}

describe('decoding', () => {
  test('a PNG comes back as it was; a JPEG nearly', () => {
    const original = picture(19, 13);
    const decoded = decodeImage(png(original), 'a.png');
    expect([decoded.width, decoded.height]).toEqual([19, 13]);
    expect(Buffer.from(decoded.data).equals(original.data)).toBe(true);
    const packed = Uint8Array.from(jpeg.encode(original, 95).data);
    const lossy = decodeImage(packed, 'a.jpg');
    const worst = original.data.reduce((most, value, at) => Math.max(most, Math.abs(value - (lossy.data[at] ?? 0))), 0);
    expect(worst).toBeLessThan(24);
  });

  test.each([
    [Uint8Array.of(0x47, 0x49, 0x46, 0x38), 'data.bytes', { byte: 0, received: '47 49 46 38' }],
    [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13), 'data.imageHeader', { received: 5 }],
    [png(picture(8, 8)).slice(0, 60), 'data.imageBroken', {}],
    [Uint8Array.from(jpeg.encode(picture(16, 16), 80).data).slice(0, 300), 'data.imageBroken', {}],
  ])('%# what is broken is told', (bytes, code, values) => {
    try {
      decodeImage(bytes, 'cat/a.png');
    } catch (error) {
      expect(error).toBeInstanceOf(DataProblem);
      expect(error).toMatchObject({ code, values: { path: 'cat/a.png', ...values } });
      return;
    }
    throw new Error('nothing was wrong');
  });

  test('a header of absurd size is refused before anything is unpacked', () => {
    const bytes = png(picture(8, 8));
    new DataView(bytes.buffer).setUint32(16, 60_000);
    new DataView(bytes.buffer).setUint32(20, 60_000);
    expect(() => decodeImage(bytes, 'a.png')).toThrow(/60000×60000/);
  });
});

/** A JPEG whose frame header claims a size and how its three components are sampled. */
function claimed(width: number, height: number, factors: number): Uint8Array {
  const bytes = Uint8Array.from(jpeg.encode(picture(16, 16), 80).data);
  const frame = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0);
  const view = new DataView(bytes.buffer);
  view.setUint16(frame + 5, height);
  view.setUint16(frame + 7, width);
  bytes[frame + 11] = factors;
  return bytes;
}

test('how many pixels are decoded depends on what they take: 12 million of a photograph that keeps all colours do not', () => {
  expect(() => decodeImage(claimed(4000, 3000, 0x11), 'a.jpg')).toThrow(/4000×3000 .* 11102\d{3}/);
  // With a quarter of the colours they are; these few bytes cannot hold them.
  expect(() => decodeImage(claimed(4000, 3000, 0x22), 'a.jpg')).toThrow(/cannot hold/);
  expect(() => decodeImage(claimed(5000, 4200, 0x22), 'a.jpg')).toThrow(/5000×4200/);
});

describe('resizing', () => {
  const wanted = { width: 2, height: 2, channels: 3, fit: 'stretch' } as const;

  test('the same size changes nothing; one colour stays itself; what lets light through lies on black', () => {
    const original = picture(6, 5);
    const same = resizeImage(original, { ...wanted, width: 6, height: 5 });
    expect(Array.from(same)).toEqual(Array.from(original.data).filter((_, at) => at % 4 !== 3));
    const flat = {
      width: 7,
      height: 3,
      data: Uint8Array.from({ length: 84 }, (_, at) => [200, 100, 50, 51][at % 4] ?? 0),
    };
    resizeImage(flat, wanted).forEach((value, at) => expect(value).toBeCloseTo([40, 20, 10][at % 3] ?? 0, 4));
    const [grey = 0] = resizeImage(flat, { ...wanted, channels: 1 });
    expect(grey).toBeCloseTo((0.299 * 200 + 0.587 * 100 + 0.114 * 50) / 5, 4);
  });

  test('cover cuts off the edges evenly', () => {
    // Four columns; only the middle two are kept.
    const data = Uint8Array.from([10, 20, 30, 40, 10, 20, 30, 40].flatMap((value) => [value, value, value, 255]));
    expect(Array.from(resizeImage({ width: 4, height: 2, data }, { ...wanted, channels: 1, fit: 'cover' }))).toEqual(
      [20, 30, 20, 30].map((value) => expect.closeTo(value, 4)),
    );
  });

  const python = findPython(['tensorflow']);
  test.skipIf(python === undefined)('decoding and resizing agree with TensorFlow’s', () => {
    const images = [
      { bytes: png(picture(31, 17)), height: 8, width: 12, most: 0.6 },
      { bytes: png(picture(9, 7)), height: 20, width: 16, most: 0.6 },
      { bytes: Uint8Array.from(jpeg.encode(picture(40, 40), 90).data), height: 16, width: 16, most: 4 },
    ];
    const program = `
import base64, json, sys
import tensorflow as tf
result = []
for image in json.load(sys.stdin):
    pixels = tf.io.decode_image(base64.b64decode(image['text']), channels=3, expand_animations=False)
    resized = tf.image.resize(pixels, [image['height'], image['width']], method='bilinear', antialias=True)
    result.append(resized.numpy().ravel().tolist())
print(json.dumps(result))`;
    const input = images.map(({ bytes, height, width }) => ({
      text: Buffer.from(bytes).toString('base64'),
      height,
      width,
    }));
    const result = runPython(python ?? '', program, input) as number[][];
    images.forEach(({ bytes, height, width, most }, at) => {
      const own = resizeImage(decodeImage(bytes, 'a'), { height, width, channels: 3, fit: 'stretch' });
      const worst = own.reduce(
        (largest, value, index) => Math.max(largest, Math.abs(value - (result[at]?.[index] ?? 0))),
        0,
      );
      expect(worst).toBeLessThan(most);
    });
  });
});

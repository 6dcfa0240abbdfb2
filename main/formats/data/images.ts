import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import type { DataFile, ImageFolderSource } from '#shared/graph/fileSources';
import { normalisationOf } from '#shared/graph/fileSources';
import type { ReadableFile, Reading } from './reading.ts';
import { DataProblem, RunningStatistics } from './reading.ts';

/** Pixels of the largest image that is decoded, however little each of them takes. */
export const mostPixels = 50_000_000;
/** Bytes that decoding one image may take, so that the whole process stays below 512 MB. */
const mostBytes = 360 * 2 ** 20;
/** Red, green, blue and opacity of the result. */
const resultBytes = 4;
/** What the decoder of JPEG keeps for each number of each component, as measured: 32-bit coefficients and their blocks. */
const coefficientBytes = 10;
/** A JPEG takes at least two bits for a block of 64 pixels; its decoder takes memory for all that its head claims. */
const mostPixelsPerByte = 512;
const leastRoom = 2 ** 20;
/** Bytes of the largest image file. */
export const imageFileLimit = 64 * 2 ** 20;

/** The endings of image files that are read. */
export const imageEndings: readonly string[] = ['.png', '.jpg', '.jpeg'];

/** A decoded image: red, green, blue and opacity, a byte each. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Decodes a PNG or JPEG by its first bytes, whatever its name. Its size is read from the header and refused above a bound
 * before anything is unpacked. Throws a DataProblem that names the file and the byte.
 */
export function decodeImage(bytes: Uint8Array, path: string): DecodedImage {
  const isPng = [0x89, 0x50, 0x4e, 0x47].every((byte, at) => bytes[at] === byte);
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) {
    const received = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new DataProblem('data.bytes', {
      path,
      byte: 0,
      expected: 'PNG: 89 50 4e 47; JPEG: ff d8',
      received: received || '–',
    });
  }
  const size = isPng ? pngSize(bytes) : jpegSize(bytes);
  if (size === null) throw new DataProblem('data.imageHeader', { path, received: bytes.length });
  const { width, height } = size;
  const limit = Math.min(mostPixels, Math.floor(mostBytes / size.bytes));
  if (width < 1 || height < 1 || width * height > limit) {
    throw new DataProblem('data.imageSize', { path, width, height, limit });
  }
  try {
    if (isPng) {
      const { data } = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      return { width, height, data };
    }
    if (width * height > leastRoom + mostPixelsPerByte * bytes.length) {
      throw new Error(`${bytes.length} bytes cannot hold a picture of ${width}×${height} pixels`);
    }
    const { data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: mostPixels / 1e6,
      maxMemoryUsageInMB: 1024,
    });
    return { width, height, data };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataProblem('data.imageBroken', { path, reason });
  }
}

interface ImageSize {
  readonly width: number;
  readonly height: number;
  /** Bytes that decoding takes for each pixel. */
  readonly bytes: number;
}

/** Width and height of IHDR, which must come first. */
function pngSize(bytes: Uint8Array): ImageSize | null {
  if (bytes.length < 33) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(12) !== 0x49484452) return null;
  const channels = { 2: 3, 4: 2, 6: 4 }[bytes[25] ?? 0] ?? 1;
  const unpacked = (Math.max(8, bytes[24] ?? 8) / 8) * channels;
  // The unpacked rows, the same with their filters undone, and the result.
  return { width: view.getUint32(16), height: view.getUint32(20), bytes: 2 * unpacked + resultBytes };
}

/** Width and height of the first frame header (SOF0 … SOF15 without DHT, JPG and DAC). */
function jpegSize(bytes: Uint8Array): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      const sampled = Array.from({ length: bytes[at + 9] ?? 0 }, (_, index) => bytes[at + 11 + 3 * index] ?? 0x11);
      const areas = sampled.map((factors) => (factors >> 4) * (factors & 15));
      const numbers = areas.reduce((sum, area) => sum + area, 0) / Math.max(1, ...areas);
      const taken = coefficientBytes * Math.max(1, numbers) + resultBytes;
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), bytes: taken };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Which source pixels, with which weights, make one target pixel. */
interface Contribution {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * Weights of bilinear resampling along one axis whose triangle grows with the reduction, so that nothing is skipped: what
 * Pillow calls BILINEAR. `from` and `length` cut a stretch out of the source.
 */
function contributions(size: number, from: number, length: number, wanted: number): readonly Contribution[] {
  const scale = length / wanted;
  const support = Math.max(1, scale);
  return Array.from({ length: wanted }, (_, target) => {
    const centre = from + (target + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const last = Math.min(size, Math.floor(centre + support + 0.5));
    const weights = Float64Array.from({ length: Math.max(1, last - first) }, (_weight, at) => {
      return Math.max(0, 1 - Math.abs((first + at + 0.5 - centre) / support));
    });
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return { first, weights: sum > 0 ? weights.map((weight) => weight / sum) : weights.fill(1 / weights.length) };
  });
}

/**
 * An image at another size, values 0 to 255: height × width × channels. `cover` keeps the proportions and cuts off evenly
 * what is too much. Where the image lets light through, it lies on black. Grey is 0.299 red + 0.587 green + 0.114 blue.
 */
export function resizeImage(
  { width, height, data }: DecodedImage,
  wanted: Pick<ImageFolderSource, 'width' | 'height' | 'channels' | 'fit'>,
): Float32Array {
  const { channels } = wanted;
  const shrink = Math.min(width / wanted.width, height / wanted.height);
  const [keptWidth, keptHeight] =
    wanted.fit === 'cover' ? [shrink * wanted.width, shrink * wanted.height] : [width, height];
  const columns = contributions(width, (width - keptWidth) / 2, keptWidth, wanted.width);
  const rows = contributions(height, (height - keptHeight) / 2, keptHeight, wanted.height);
  const colours = new Float32Array(width * channels);
  const narrow = new Float32Array(height * wanted.width * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const opacity = (data[at + 3] ?? 255) / 255;
      const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
      if (channels === 1) {
        colours[x] = (0.299 * red + 0.587 * green + 0.114 * blue) * opacity;
      } else {
        colours[3 * x] = red * opacity;
        colours[3 * x + 1] = green * opacity;
        colours[3 * x + 2] = blue * opacity;
      }
    }
    for (let x = 0; x < wanted.width; x++) {
      const { first, weights } = columns[x] ?? { first: 0, weights: [] };
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let at = 0; at < weights.length; at++)
          sum += (weights[at] ?? 0) * (colours[(first + at) * channels + channel] ?? 0);
        narrow[(y * wanted.width + x) * channels + channel] = sum;
      }
    }
  }
  const row = wanted.width * channels;
  const result = new Float32Array(wanted.height * row);
  for (let y = 0; y < wanted.height; y++) {
    const { first, weights } = rows[y] ?? { first: 0, weights: [] };
    for (let x = 0; x < row; x++) {
      let sum = 0;
      for (let at = 0; at < weights.length; at++) sum += (weights[at] ?? 0) * (narrow[(first + at) * row + x] ?? 0);
      result[y * row + x] = sum;
    }
  }
  return result;
}

/** One image of a folder: its class is the folder it lies in. */
export interface ListedImage extends ReadableFile {
  readonly label: string;
}

/** What a person, or an earlier reading, has said of how to read a folder of images. */
export interface ImageWishes {
  readonly height?: number | undefined;
  readonly width?: number | undefined;
  readonly channels?: 1 | 3 | undefined;
  readonly fit?: ImageFolderSource['fit'] | undefined;
  readonly normalisation?: ImageFolderSource['normalisation'] | undefined;
  readonly augmentation?: ImageFolderSource['augmentation'] | undefined;
}

/** Images over which statistics go. */
const sampledImages = 200;

/** Names of the classes of listed images, in order. */
export function imageClasses(images: readonly ListedImage[]): string[] {
  return [...new Set(images.map(({ label }) => label))].toSorted();
}

/** One image of a folder as values from 0 to 255. */
export function* readImage(
  images: readonly ListedImage[],
  file: number,
  wanted: Pick<ImageFolderSource, 'width' | 'height' | 'channels' | 'fit'>,
): Reading<Float32Array> {
  const { path, size } = images[file] ?? { path: '', size: 0 };
  if (size > imageFileLimit) throw new DataProblem('data.imageFile', { path, received: size, limit: imageFileLimit });
  return resizeImage(decodeImage(yield { file, offset: 0, length: size }, path), wanted);
}

/** Says what a folder of images is, from its list and a sample of the images. Throws a DataProblem that names an image. */
export function* describeImages(
  images: readonly ListedImage[],
  fact: DataFile,
  wishes: ImageWishes,
): Reading<ImageFolderSource> {
  const [first] = images;
  if (first === undefined) throw new DataProblem('data.noImages', { path: fact.path });
  const { height = 32, width = 32, channels = 3, fit = 'cover', normalisation = 'none' } = wishes;
  const wanted = { height, width, channels, fit };
  const statistics = new RunningStatistics();
  const sampled = Math.min(sampledImages, images.length);
  for (let at = 0; at < sampled; at++) {
    const values = yield* readImage(images, Math.floor((at * images.length) / sampled), wanted);
    for (const value of values) statistics.add(value / 255);
  }
  return {
    kind: 'imageFolder',
    file: fact,
    ...wanted,
    normalisation,
    statistics: statistics.result(),
    classes: imageClasses(images),
    size: images.length,
    augmentation: wishes.augmentation ?? { flip: false, shift: 0 },
  };
}

/** Brings bytes of an image into the range that a network sees. */
export function normaliseImage(source: ImageFolderSource, bytes: ArrayLike<number>, into: Float32Array): void {
  const { offset, scale } = normalisationOf(source.normalisation, source.statistics);
  for (let at = 0; at < into.length; at++) into[at] = ((bytes[at] ?? 0) / 255 - offset) * scale;
}

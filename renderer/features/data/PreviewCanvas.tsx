import { useRef } from 'react';
import type { JSX } from 'react';
import { cssValue, prepareCanvas, useDrawing } from '../../ui/drawing.ts';
import styles from './DataTab.module.css';
import { squareAround } from './previewRows.ts';
import type { Drawable, Picture } from './previewRows.ts';

export interface PreviewCanvasProps {
  readonly drawn: Drawable;
  readonly label: string;
}

const seriesColours = 6;

/** Draws points coloured by class, pictures or words with what belongs to them, or the distribution of plain numbers. */
export function PreviewCanvas({ drawn, label }: PreviewCanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useDrawing(canvas, [], () => {
    const element = canvas.current;
    const prepared = element === null ? null : prepareCanvas(element);
    if (element === null || prepared === null) return;
    const { context, width, height } = prepared;
    switch (drawn.kind) {
      case 'points':
        drawPoints(element, context, width, height, drawn);
        return;
      case 'pictures':
        drawPictures(element, context, width, height, drawn);
        return;
      case 'words':
        drawWords(element, context, width, height, drawn);
        return;
      case 'numbers':
        drawNumbers(element, context, width, height, drawn);
    }
  });
  return <canvas ref={canvas} className={styles.canvas} role="img" aria-label={label} />;
}

function drawPoints(
  element: HTMLElement,
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { points, classes }: Extract<Drawable, { kind: 'points' }>,
): void {
  const half = squareAround(points);
  const side = Math.min(width, height) / 2;
  const [centreX, centreY] = [width / 2, height / 2];
  context.strokeStyle = cssValue(element, '--colour-line');
  context.beginPath();
  context.moveTo(centreX - side, Math.round(centreY) + 0.5);
  context.lineTo(centreX + side, Math.round(centreY) + 0.5);
  context.moveTo(Math.round(centreX) + 0.5, centreY - side);
  context.lineTo(Math.round(centreX) + 0.5, centreY + side);
  context.stroke();
  const colours = Array.from({ length: seriesColours }, (_, index) => cssValue(element, `--series-${index + 1}`));
  const radius = Math.max(1.2, Math.min(3, side / 45));
  context.globalAlpha = 0.85;
  for (const [index, [x, y]] of points.entries()) {
    const group = classes[index] ?? 0;
    const [left, top] = [centreX + (x / half) * side, centreY - (y / half) * side];
    context.fillStyle = colours[group % seriesColours] ?? '';
    context.beginPath();
    // Shape is the second channel: odd classes are squares.
    if (group % 2 === 1) context.rect(left - radius, top - radius, 2 * radius, 2 * radius);
    else context.arc(left, top, radius * 1.1, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

const lineHeight = 14;

function drawPictures(
  element: HTMLElement,
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { examples }: Extract<Drawable, { kind: 'pictures' }>,
): void {
  const [first] = examples;
  if (first === undefined) return;
  const [gap, between] = [10, 3];
  context.font = `${cssValue(element, '--text-tiny')} ${cssValue(element, '--font-sans')}`;
  const shown = (caption: readonly string[]): number =>
    Math.max(0, ...caption.map((line) => context.measureText(line).width));
  const words = Math.max(...examples.map(({ caption }) => shown(caption)));
  const lines = Math.max(...examples.map(({ caption }) => caption.length));
  const pixels = first.pictures.reduce((sum, picture) => sum + picture.width, 0);
  const beside = (first.pictures.length - 1) * between;
  const tall = Math.max(...first.pictures.map((picture) => picture.height));
  const size = (scale: number): readonly [number, number] => [
    Math.max(pixels * scale + beside, Math.min(words, 220)),
    tall * scale + lines * lineHeight,
  ];
  const fit = (scale: number): readonly [number, number] => {
    const [tileWidth, tileHeight] = size(scale);
    return [
      Math.max(1, Math.floor((width + gap) / (tileWidth + gap))),
      Math.max(1, Math.floor((height + gap) / (tileHeight + gap))),
    ];
  };
  // As large as still shows a dozen, or all there are.
  const wanted = Math.min(12, examples.length);
  const scale = [12, 8, 6, 4, 3, 2, 1.5, 1].find((one) => fit(one)[0] * fit(one)[1] >= wanted) ?? 1;
  const [columns, rows] = fit(scale);
  const [tileWidth, tileHeight] = size(scale);
  const colours = Array.from({ length: seriesColours }, (_, index) =>
    channelsOf(cssValue(element, `--series-${index + 1}`)),
  );
  const ground = channelsOf(cssValue(element, '--colour-sunken'));
  context.imageSmoothingEnabled = false;
  context.fillStyle = cssValue(element, '--colour-text-dim');
  context.textAlign = 'center';
  for (const [index, { pictures, caption }] of examples.slice(0, columns * rows).entries()) {
    const left = (index % columns) * (tileWidth + gap);
    const top = Math.floor(index / columns) * (tileHeight + gap);
    let at = left + (tileWidth - pixels * scale - beside) / 2;
    for (const picture of pictures) {
      const tile = paintPicture(picture, (value) =>
        value === 0 ? ground : (colours[(value - 1) % seriesColours] ?? ground),
      );
      if (tile !== null) context.drawImage(tile, at, top, picture.width * scale, picture.height * scale);
      at += picture.width * scale + between;
    }
    for (const [line, text] of caption.entries()) {
      context.fillText(text, left + tileWidth / 2, top + tall * scale + (line + 1) * lineHeight - 3, tileWidth + gap);
    }
  }
  context.textAlign = 'start';
}

type Channels = readonly [number, number, number];

/** Red, green and blue of a colour written #rrggbb. */
function channelsOf(colour: string): Channels {
  const number = Number.parseInt(colour.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

function paintPicture(picture: Picture, colourOf: (value: number) => Channels): HTMLCanvasElement | null {
  const tile = document.createElement('canvas');
  tile.width = picture.width;
  tile.height = picture.height;
  const ink = tile.getContext('2d');
  if (ink === null) return null;
  const pixels = ink.createImageData(picture.width, picture.height);
  for (let place = 0; place < picture.width * picture.height; place++) {
    const at = place * picture.channels;
    const value = picture.values[at] ?? 0;
    const own = picture.isClasses ? colourOf(value) : null;
    for (let channel = 0; channel < 3; channel++) {
      const level = picture.channels === 3 ? (picture.values[at + channel] ?? 0) : value;
      pixels.data[4 * place + channel] = own?.[channel] ?? Math.round(255 * Math.min(1, Math.max(0, level)));
    }
    pixels.data[4 * place + 3] = 255;
  }
  ink.putImageData(pixels, 0, 0);
  return tile;
}

/** Sequences of words in columns, each example's fields one under the other; a word's colour tells it from others. */
function drawWords(
  element: HTMLElement,
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { examples }: Extract<Drawable, { kind: 'words' }>,
): void {
  const [first] = examples;
  if (first === undefined) return;
  const length = Math.max(...first.map((words) => words.length));
  context.font = `${cssValue(element, '--text-tiny')} ${cssValue(element, '--font-mono')}`;
  const widest = Math.max(
    ...examples.flatMap((fields) => fields.flat().map((word) => context.measureText(word).width)),
  );
  const pitch = Math.min(widest + 8, width / length);
  const block = first.length * lineHeight + 10;
  const inks = ['--colour-text', '--series-1'].map((name) => cssValue(element, name));
  context.textAlign = 'center';
  for (const [index, fields] of examples.slice(0, Math.floor(height / block)).entries()) {
    for (const [line, words] of fields.entries()) {
      context.fillStyle = inks[line % inks.length] ?? '';
      for (const [place, word] of words.entries()) {
        context.fillText(word, (place + 0.5) * pitch, index * block + (line + 1) * lineHeight, pitch - 2);
      }
    }
  }
  context.textAlign = 'start';
}

const bins = 48;

function drawNumbers(
  element: HTMLElement,
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { fields }: Extract<Drawable, { kind: 'numbers' }>,
): void {
  const largest = fields.reduce(
    (most, { values }) => values.reduce((size, value) => Math.max(size, Math.abs(value)), most),
    0,
  );
  const half = largest === 0 ? 1 : largest;
  const each = height / Math.max(1, fields.length);
  context.font = `${cssValue(element, '--text-tiny')} ${cssValue(element, '--font-sans')}`;
  for (const [index, { name, values }] of fields.entries()) {
    const counts = new Array<number>(bins).fill(0);
    for (const value of values) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor(((value / half + 1) / 2) * bins)));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const most = Math.max(1, ...counts);
    const bottom = (index + 1) * each - 4;
    context.fillStyle = cssValue(element, `--series-${(index % seriesColours) + 1}`);
    for (const [bin, amount] of counts.entries()) {
      const tall = (amount / most) * (each - 22);
      context.fillRect((bin * width) / bins, bottom - tall, width / bins - 1, tall);
    }
    context.fillStyle = cssValue(element, '--colour-text-dim');
    context.fillText(name, 0, index * each + 11);
  }
}

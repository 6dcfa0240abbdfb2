import { useRef } from 'react';
import type { JSX } from 'react';
import { cssValue, prepareCanvas, useDrawing } from '../../ui/drawing.ts';
import styles from './DataTab.module.css';
import { squareAround } from './previewRows.ts';
import type { Drawable } from './previewRows.ts';

export interface PreviewCanvasProps {
  readonly drawn: Drawable;
  readonly label: string;
}

const seriesColours = 6;

/** Draws points coloured by class, images side by side, or the distribution of plain numbers. */
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
      case 'images':
        drawImages(element, context, width, height, drawn);
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

function drawImages(
  element: HTMLElement,
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  drawn: Extract<Drawable, { kind: 'images' }>,
): void {
  const gap = 6;
  const caption = drawn.classes.length > 0 ? 14 : 0;
  const fit = (scale: number): { readonly columns: number; readonly rows: number } => ({
    columns: Math.max(1, Math.floor((width + gap) / (drawn.width * scale + gap))),
    rows: Math.max(1, Math.floor((height + gap) / (drawn.height * scale + caption + gap))),
  });
  // As large as still shows a dozen.
  const scale = [4, 3, 2, 1.5, 1].find((one) => fit(one).columns * fit(one).rows >= 12) ?? 1;
  const { columns, rows } = fit(scale);
  const [tileWidth, tileHeight] = [drawn.width * scale, drawn.height * scale];
  const tile = document.createElement('canvas');
  tile.width = drawn.width;
  tile.height = drawn.height;
  const ink = tile.getContext('2d');
  if (ink === null) return;
  context.imageSmoothingEnabled = false;
  context.font = `11px ${cssValue(element, '--font-sans')}`;
  context.textAlign = 'center';
  for (const [index, image] of drawn.images.slice(0, columns * rows).entries()) {
    const pixels = ink.createImageData(drawn.width, drawn.height);
    for (let place = 0; place < drawn.width * drawn.height; place++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = image[place * drawn.channels + (drawn.channels === 3 ? channel : 0)] ?? 0;
        pixels.data[4 * place + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
      }
      pixels.data[4 * place + 3] = 255;
    }
    ink.putImageData(pixels, 0, 0);
    const left = (index % columns) * (tileWidth + gap);
    const top = Math.floor(index / columns) * (tileHeight + caption + gap);
    context.drawImage(tile, left, top, tileWidth, tileHeight);
    const group = drawn.classes[index];
    if (group !== undefined) {
      context.fillStyle = cssValue(element, '--colour-text-dim');
      context.fillText(String(group), left + tileWidth / 2, top + tileHeight + 11);
    }
  }
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
  context.font = `11px ${cssValue(element, '--font-sans')}`;
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

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { pageHtml, pageScript, pageStyle } from '../formats/tfjs/page.ts';

/** What the page says, each under `export.page.`. */
const words = [
  'inputs',
  'outputs',
  'example',
  'clear',
  'draw',
  'upload',
  'numbers',
  'wrongCount',
  'loading',
  'failed',
  'same',
  'rounded',
  'apart',
  'many',
  'madeBy',
] as const;

function pageWords(locale: 'en' | 'zh-CN'): Readonly<Record<string, string>> {
  // The page fills the gaps in by itself, so they stay as they are.
  const gaps = { name: '{name}', number: '{number}', difference: '{difference}', precision: '{precision}' };
  const more = { expected: '{expected}', received: '{received}', reason: '{reason}', count: '{count}' };
  return Object.fromEntries(
    words.map((key) => [key, text(locale, `export.page.${key}` as TextKey, { ...gaps, ...more })]),
  );
}

/** TensorFlow.js as one script for a browser. Its licence, Apache-2.0, stands at its beginning. */
function tensorFlowScript(): Promise<Uint8Array> {
  return readFile(createRequire(import.meta.url).resolve('@tensorflow/tfjs/dist/tf.es2017.min.js'));
}

/** The files of a page that runs a TensorFlow.js model from its own folder, with no other server. */
export async function webPage(name: string): Promise<readonly (readonly [string, Uint8Array])[]> {
  const encode = (content: string): Uint8Array => new TextEncoder().encode(content);
  return [
    ['index.html', encode(pageHtml(name, { en: pageWords('en'), zh: pageWords('zh-CN') }))],
    ['page.css', encode(pageStyle)],
    ['page.js', encode(pageScript)],
    ['tf.min.js', await tensorFlowScript()],
  ];
}

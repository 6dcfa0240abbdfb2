import { plainFormula } from './plainFormula.ts';

/** A measured number that a text of a lesson names: `[[experiment.measure]]`, or `[[experiment.measure@10]]` at x = 10. */
export interface Figure {
  readonly of: string;
  readonly at: number | null;
}

/** One stretch of a paragraph. */
export type Piece =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'strong'; readonly words: string }
  | { readonly kind: 'formula'; readonly tex: string }
  | { readonly kind: 'figure'; readonly figure: Figure };

/** One block of a text. */
export type Block =
  | { readonly kind: 'paragraph'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Piece[])[] }
  | { readonly kind: 'formula'; readonly tex: string };

const piecePattern =
  /\$([^$]+)\$|\*\*([^*]+)\*\*|\[\[([A-Za-z][A-Za-z0-9-]*\.[A-Za-z][A-Za-z0-9-]*)(?:@(-?[0-9.eE+-]+))?\]\]/g;

function piecesOf(words: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of words.matchAll(piecePattern)) {
    if (match.index > from) pieces.push({ kind: 'words', words: words.slice(from, match.index) });
    const [whole, tex, strong, of, at] = match;
    if (tex !== undefined) pieces.push({ kind: 'formula', tex });
    else if (strong !== undefined) pieces.push({ kind: 'strong', words: strong });
    else if (of !== undefined)
      pieces.push({ kind: 'figure', figure: { of, at: at === undefined ? null : Number(at) } });
    from = match.index + whole.length;
  }
  if (from < words.length) pieces.push({ kind: 'words', words: words.slice(from) });
  return pieces;
}

/**
 * A lesson's text in blocks: paragraphs parted by an empty line, `- ` begins an item of a list, a block between `$$` is a
 * formula on a line of its own; within a block `$…$` is a formula, `**…**` is strong, `[[…]]` is a measured number.
 */
export function blocksOf(text: string): readonly Block[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map((block): Block => {
      const formula = /^\$\$([\s\S]+)\$\$$/.exec(block)?.[1];
      if (formula !== undefined) return { kind: 'formula', tex: formula.trim() };
      const lines = block.split('\n');
      return lines.every((line) => line.startsWith('- '))
        ? { kind: 'list', items: lines.map((line) => piecesOf(line.slice(2))) }
        : { kind: 'paragraph', pieces: piecesOf(lines.join(' ')) };
    });
}

/** The measured numbers that a text names. */
export function figuresIn(text: string): readonly Figure[] {
  return blocksOf(text).flatMap((block) => {
    const pieces = block.kind === 'paragraph' ? block.pieces : block.kind === 'list' ? block.items.flat() : [];
    return pieces.flatMap((piece) => (piece.kind === 'figure' ? [piece.figure] : []));
  });
}

/** A text without its signs, for a terminal. `write` says a measured number. */
export function plainWords(text: string, write: (figure: Figure) => string): string {
  const say = (pieces: readonly Piece[]): string =>
    pieces
      .map((piece) => {
        switch (piece.kind) {
          case 'words':
          case 'strong':
            return piece.words;
          case 'formula':
            return plainFormula(piece.tex);
          case 'figure':
            return write(piece.figure);
        }
      })
      .join('');
  return blocksOf(text)
    .map((block) => {
      switch (block.kind) {
        case 'paragraph':
          return say(block.pieces);
        case 'list':
          return block.items.map((item) => `- ${say(item)}`).join('\n');
        case 'formula':
          return `  ${plainFormula(block.tex)}`;
      }
    })
    .join('\n\n');
}

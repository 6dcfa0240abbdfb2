import type { JSX } from 'react';
import type { Words } from '#shared/lessons/lesson';
import { figuresOf } from '#shared/lessons/verdict';
import { blocksOf } from '#shared/lessons/words';
import type { Piece } from '#shared/lessons/words';
import { writeFigures } from '#shared/lessons/write';
import type { Reading } from '#shared/protocol/lessons';
import { useLocale } from '../../platform/i18n.ts';
import { Formula } from '../../ui/Formula.tsx';
import styles from './Lesson.module.css';

/** A lesson's words with their formulas set and their measured numbers put in. */
export function LessonText({
  words,
  readings,
}: {
  readonly words: Words;
  readonly readings: readonly Reading[];
}): JSX.Element {
  const locale = useLocale();
  return (
    <div className={styles.text}>
      {blocksOf(words[locale]).map((block, index) => {
        switch (block.kind) {
          case 'paragraph':
            return (
              <p key={index}>
                <Pieces pieces={block.pieces} readings={readings} />
              </p>
            );
          case 'list':
            return (
              <ul key={index}>
                {block.items.map((item, place) => (
                  <li key={place}>
                    <Pieces pieces={item} readings={readings} />
                  </li>
                ))}
              </ul>
            );
          case 'formula':
            return <Formula key={index} tex={block.tex} display />;
          default:
            return block satisfies never;
        }
      })}
    </div>
  );
}

function Pieces({
  pieces,
  readings,
}: {
  readonly pieces: readonly Piece[];
  readonly readings: readonly Reading[];
}): JSX.Element {
  return (
    <>
      {pieces.map((piece, index) => {
        switch (piece.kind) {
          case 'words':
            return <span key={index}>{piece.words}</span>;
          case 'strong':
            return <strong key={index}>{piece.words}</strong>;
          case 'formula':
            return <Formula key={index} tex={piece.tex} />;
          case 'figure': {
            const figures = figuresOf(readings, piece.figure);
            return (
              <span key={index} className={styles.figure}>
                {figures === null ? '–' : writeFigures(figures)}
              </span>
            );
          }
          default:
            return piece satisfies never;
        }
      })}
    </>
  );
}

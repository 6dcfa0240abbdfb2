import { textWidth } from '#shared/text/textWidth';

/** Which side the cells of a column keep to. */
export type Alignment = 'left' | 'right';

/** Lays rows out in aligned columns, two spaces apart; `head` is set off by a line. Ends with a line break. */
export function table(
  head: readonly string[] | null,
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
): string {
  const all = head === null ? rows : [head, ...rows];
  const count = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...all.map((row) => textWidth(row[column] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        const space = ' '.repeat(width - textWidth(cell));
        return alignments[column] === 'right' ? `${space}${cell}` : `${cell}${space}`;
      })
      .join('  ')
      .trimEnd();
  const lines = rows.map(line);
  if (head !== null) lines.unshift(line(head), widths.map((width) => '─'.repeat(width)).join('  '));
  return lines.map((each) => `${each}\n`).join('');
}

/** A measure in few characters: 1.234e-5, 0, and words for what is no number. */
export function scientific(value: number): string {
  if (value === 0) return '0';
  return Number.isFinite(value) ? value.toExponential(3) : String(value);
}

/** A whole number with thousands set apart. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

/** A shape as it is read aloud: 8×8×16; '–' where it is unknown. */
export function shapeText(shape: readonly number[] | null): string {
  if (shape === null) return '–';
  return shape.length === 0 ? '()' : shape.join('×');
}

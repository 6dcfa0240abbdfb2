/** The longest line of generated code. */
export const longestLine = 120;

/** A pair of brackets that stands open in a line, by the places of both. */
interface Brackets {
  readonly open: number;
  readonly close: number;
}

/** Calls `see` for each character outside of strings and comments, with how many brackets are open before it. */
function walk(text: string, see: (character: string, at: number, depth: number) => void): void {
  let depth = 0;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== null) {
      if (character === '\\') at += 1;
      else if (character === quote) quote = null;
      continue;
    }
    if (character === '"' || character === "'") {
      quote = character;
      continue;
    }
    if (character === '#') return;
    if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    see(character, at, depth);
    if ('([{'.includes(character)) depth += 1;
  }
}

/** The outermost pair of brackets that holds most of a line. */
function widestBrackets(text: string): Brackets | null {
  let open: number | null = null;
  let widest: Brackets | null = null;
  walk(text, (character, at, depth) => {
    if (depth > 0) return;
    if ('([{'.includes(character)) open = at;
    else if (')]}'.includes(character) && open !== null) {
      if (widest === null || at - open > widest.close - widest.open) widest = { open, close: at };
      open = null;
    }
  });
  return widest;
}

/** Parts of a text between marks that stand outside of brackets; each mark stays with what follows, a comma with none. */
function partsAt(text: string, mark: RegExp): readonly string[] {
  const cuts: number[] = [];
  walk(text, (_, at, depth) => {
    if (depth === 0 && mark.test(text.slice(at))) cuts.push(at);
  });
  return [0, ...cuts].map((from, index) => text.slice(from, cuts[index] ?? text.length).trim());
}

const comma = /^,/;
const comprehension = /^ (?:for|if) /;
const operator = /^ (?:[-+*/|&@]|==) /;

/** What stands between brackets, in lines of its own. */
function innerLines(content: string, indent: string): readonly string[] {
  if (indent.length + content.length <= longestLine) return [indent + content];
  const parts = partsAt(content, / for /.test(content) ? comprehension : comma);
  if (parts.length > 1 && comma.test(parts[1] ?? '')) {
    const items = parts.map((part) => part.replace(comma, '').trim()).filter((part) => part !== '');
    return items.flatMap((item) => wrapLine(`${indent}${item},`));
  }
  if (parts.length > 1) return parts.flatMap((part) => wrapLine(indent + part));
  return partsAt(content, operator).flatMap((part) => wrapLine(indent + part));
}

/** One line of code as lines of at most `longestLine` characters, broken within brackets as Python's formatters do. */
function wrapLine(line: string): readonly string[] {
  if (line.length <= longestLine || line.trimStart().startsWith('#')) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const brackets = widestBrackets(line);
  const content = brackets === null ? '' : line.slice(brackets.open + 1, brackets.close).trim();
  if (brackets !== null && content.length > 20) {
    return [
      line.slice(0, brackets.open + 1),
      ...innerLines(content, `${indent}    `),
      ...wrapLine(`${indent}${line.slice(brackets.close)}`),
    ];
  }
  // A long sum or a long list without brackets gets some.
  const [, head = '', value = ''] = /^( *(?:return |[\w, ]+ = ))(.+)$/.exec(line) ?? [];
  if (head === '' || /^[([{].*[)\]}]$/.test(value)) return [line];
  return [`${head}(`, ...innerLines(value, `${indent}    `), `${indent})`];
}

/** Python whose code lines have at most `longestLine` characters. Texts in three quotes stay as they are. */
export function wrapPython(code: string): string {
  let isText = false;
  return code
    .split('\n')
    .flatMap((line) => {
      const wasText = isText;
      if ((line.match(/"""/g)?.length ?? 0) % 2 === 1) isText = !isText;
      return wasText || line.includes('"""') ? [line] : wrapLine(line);
    })
    .join('\n');
}

/** Words in lines of at most so many characters. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

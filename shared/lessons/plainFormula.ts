/** What a command of TeX is in plain text. Relations and arrows get a space on either side. */
const symbols: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  eta: 'η',
  theta: 'θ',
  lambda: 'λ',
  mu: 'μ',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  phi: 'φ',
  omega: 'ω',
  Delta: 'Δ',
  Sigma: 'Σ',
  partial: '∂',
  nabla: '∇',
  sum: 'Σ',
  prod: 'Π',
  infty: '∞',
  top: 'ᵀ',
  dots: '…',
  ldots: '…',
  cdots: '⋯',
  lVert: '‖',
  rVert: '‖',
  lvert: '|',
  rvert: '|',
  cdot: ' · ',
  times: ' × ',
  odot: ' ⊙ ',
  approx: ' ≈ ',
  le: ' ≤ ',
  leq: ' ≤ ',
  ge: ' ≥ ',
  geq: ' ≥ ',
  ne: ' ≠ ',
  neq: ' ≠ ',
  sim: ' ∼ ',
  in: ' ∈ ',
  leftarrow: ' ← ',
  rightarrow: ' → ',
  to: ' → ',
  quad: ' ',
  qquad: '  ',
  ',': ' ',
  ';': ' ',
  '!': '',
  ' ': ' ',
  '\\': ' ',
};

/** Commands that only say how large or how upright what follows is. */
const silent = new Set([
  'bigl',
  'bigr',
  'Bigl',
  'Bigr',
  'left',
  'right',
  'mathrm',
  'mathcal',
  'mathbf',
  'mathbb',
  'operatorname',
  'text',
  'displaystyle',
]);

const raised: Readonly<Record<string, string>> = Object.fromEntries(
  [...'0123456789+−=()nixhLTᵀk'].map((sign, at) => [sign, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣʰᴸᵀᵀᵏ'][at] ?? sign]),
);
const lowered: Readonly<Record<string, string>> = Object.fromEntries(
  [...'0123456789+−=()aehijklmnoprstuvx'].map((sign, at) => [
    sign,
    [...'₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ'][at] ?? sign,
  ]),
);

/** One thing that a script or a fraction takes: a group in braces, a command or a sign. */
const tokenPattern = /\\([A-Za-z]+|.)|([{}^_])|(\s+)|(.)/gsu;

type Token =
  | { readonly kind: 'command'; readonly name: string }
  | { readonly kind: 'mark'; readonly mark: '{' | '}' | '^' | '_' }
  | { readonly kind: 'space' }
  | { readonly kind: 'sign'; readonly sign: string };

function tokensOf(tex: string): readonly Token[] {
  return [...tex.matchAll(tokenPattern)].map(([, name, mark, space, sign]): Token => {
    if (name !== undefined) return { kind: 'command', name };
    if (mark !== undefined) return { kind: 'mark', mark: mark as '{' | '}' | '^' | '_' };
    return space !== undefined ? { kind: 'space' } : { kind: 'sign', sign: sign ?? '' };
  });
}

/**
 * A formula as one line of plain text, for a terminal: Greek letters, sums and scripts in Unicode, fractions with a
 * slash. What Unicode has no script for stands behind `^` or `_`. Never throws; an unknown command is its name.
 */
export function plainFormula(tex: string): string {
  const tokens = tokensOf(tex);
  let at = 0;

  /** Up to the brace that closes, or to the end. */
  function group(): string {
    let words = '';
    for (;;) {
      const token = tokens[at];
      if (token === undefined) return words;
      at += 1;
      if (token.kind === 'mark' && token.mark === '}') return words;
      words += written(token);
    }
  }

  /** What a command or a script takes. */
  function argument(): string {
    while (tokens[at]?.kind === 'space') at += 1;
    const token = tokens[at];
    if (token === undefined) return '';
    at += 1;
    return written(token);
  }

  function written(token: Token): string {
    switch (token.kind) {
      case 'space':
        return ' ';
      case 'sign':
        return token.sign === '-' ? '−' : token.sign === "'" ? '′' : token.sign;
      case 'mark':
        return marked(token.mark);
      case 'command':
        return command(token.name);
    }
  }

  function marked(mark: '{' | '}' | '^' | '_'): string {
    switch (mark) {
      case '{':
        return group();
      case '}':
        return '';
      case '^':
        return script(argument(), raised, '^');
      case '_':
        return script(argument(), lowered, '_');
    }
  }

  function command(name: string): string {
    // A space behind a command only ends its name.
    if (/^[A-Za-z]/.test(name)) while (tokens[at]?.kind === 'space') at += 1;
    if (name === 'frac') {
      const above = argument();
      return `${asFactor(above)}/${asFactor(argument())}`;
    }
    if (name === 'sqrt') return `√${asFactor(argument())}`;
    return silent.has(name) ? '' : (symbols[name] ?? name);
  }

  let words = '';
  while (at < tokens.length) words += group();
  return words
    .replaceAll('=', ' = ')
    .replace(/ {2,}/g, ' ')
    .replace(/([([]) /g, '$1')
    .trim();
}

function script(words: string, signs: Readonly<Record<string, string>>, mark: string): string {
  const wanted = [...words.replaceAll(' ', '')];
  if (wanted.every((sign) => signs[sign] !== undefined)) return wanted.map((sign) => signs[sign]).join('');
  return wanted.length === 1 || /^\p{L}+$/u.test(words) ? `${mark}${words}` : `${mark}(${words.replaceAll(' ', '')})`;
}

/** In parentheses where it is more than one factor. */
function asFactor(words: string): string {
  return /[+−=·\s]/u.test(words.trim()) && !/^\(.*\)$/u.test(words) ? `(${words.trim()})` : words.trim();
}

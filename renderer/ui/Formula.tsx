import katex from 'katex';
import 'katex/dist/katex.min.css';
import { useLayoutEffect, useRef } from 'react';
import type { JSX } from 'react';
import { classes } from './classes.ts';
import styles from './Formula.module.css';

export interface FormulaProps {
  readonly tex: string;
  /** On a line of its own. */
  readonly display?: boolean;
  readonly className?: string;
}

/** Formulas that were set already: the inspector shows the same few again and again, and to set one takes 2 ms. */
const formulas = new Map<string, DocumentFragment>();

/** More than any document shows; a lesson of one's own may hold any number. */
const mostFormulas = 300;

function setFormula(tex: string, display: boolean): DocumentFragment {
  const key = `${display ? 'display' : 'inline'} ${tex}`;
  const known = formulas.get(key);
  if (known !== undefined) return known;
  const place = document.createElement('span');
  katex.render(tex, place, { displayMode: display, throwOnError: false, trust: false, strict: false });
  const made = document.createDocumentFragment();
  made.append(...place.childNodes);
  if (formulas.size < mostFormulas) formulas.set(key, made);
  return made;
}

/**
 * TeX, set by KaTeX into elements (no markup is parsed, so no inline style is needed in the page's policy) together with
 * MathML for assistive technology. A formula that is too wide shrinks to two thirds and then scrolls.
 */
export function Formula({ tex, display = false, className }: FormulaProps): JSX.Element {
  const box = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    element.replaceChildren(setFormula(tex, display).cloneNode(true));
    if (!display) return undefined;
    const fit = (): void => {
      const set = element.querySelector<HTMLElement>('.katex');
      if (set === null) return;
      set.style.fontSize = '';
      const ratio = element.clientWidth / element.scrollWidth;
      if (ratio < 1) set.style.fontSize = `${Math.max(0.67, ratio) * 1.1}em`;
    };
    // The observer calls once before the first picture, when the window is laid out anyway: to ask here would lay it out twice.
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [tex, display]);
  return <span ref={box} className={classes(styles.formula, display && styles.display, className)} />;
}

import { describe, expect, it } from 'vitest';
import { chapter, chapterNames } from './chapters.ts';
import type { Lesson } from './lesson.ts';
import { serialiseLesson } from './parseLesson.ts';
import { plainFormula } from './plainFormula.ts';

describe('a formula as plain text', () => {
  it.each([
    [String.raw`\frac{\partial L}{\partial W_i}=\delta_i\,a_{i-1}^{\top}`, '∂L/∂Wᵢ = δᵢ aᵢ₋₁ᵀ'],
    [String.raw`0.25^{10}\approx 9.54\cdot 10^{-7}`, '0.25¹⁰ ≈ 9.54 · 10⁻⁷'],
    [String.raw`x_L = x_l + \sum_{i=l}^{L-1} F_i(x_i)`, 'x_L = xₗ + Σᵢ₌ₗᴸ⁻¹ Fᵢ(xᵢ)'],
    [String.raw`\sigma_{\max}^T`, 'σₘₐₓᵀ'],
    [String.raw`\lVert W\rVert_F\le g\sqrt n`, '‖W‖_F ≤ g√n'],
    [String.raw`c_t=\sum_k\alpha_{t,k}v_k`, 'cₜ = Σₖα_(t,k)vₖ'],
    [String.raw`g'=\frac{\theta}{\lVert g\rVert}\,g`, 'g′ = θ/‖g‖ g'],
    [String.raw`\frac{a+b}{c-d}`, '(a+b)/(c−d)'],
    [String.raw`\Bigl(1+\frac{\partial F_i}{\partial x_i}\Bigr)`, '(1+∂Fᵢ/∂xᵢ)'],
    [String.raw`\operatorname{softmax}_k(\text{score}(v_k,u_t))`, 'softmaxₖ(score(vₖ,uₜ))'],
    [String.raw`x\leftarrow \mathrm{ReLU}(\mathrm{skip}+a\odot h)`, 'x ← ReLU(skip+a ⊙ h)'],
  ])('%s', (tex, plain) => {
    expect(plainFormula(tex)).toBe(plain);
  });

  it('ends with every text, however broken', () => {
    for (const tex of ['', '{', '}', '^', '_', String.raw`\frac`, String.raw`\frac{a`, String.raw`a}b^{c_{d`, '\\'])
      expect(typeof plainFormula(tex)).toBe('string');
    expect(plainFormula(String.raw`a}b`)).toBe('ab');
    expect(plainFormula(String.raw`\unheard x`)).toBe('unheardx');
  });

  it.each(chapterNames)('leaves no sign of TeX in %s', (name) => {
    const formulas = [...serialiseLesson(chapter(name) as Lesson).matchAll(/\$+([^$]+)\$+/gu)].map(
      ([, tex]) => JSON.parse(`"${tex ?? ''}"`) as string,
    );
    expect(formulas.length).toBeGreaterThan(0);
    for (const tex of formulas) expect(plainFormula(tex)).not.toMatch(/[\\{}$]|(?:lVert|frac|mathrm)/u);
  });
});

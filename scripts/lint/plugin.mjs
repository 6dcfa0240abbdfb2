import { builtinModules } from 'node:module';
import { relative, sep } from 'node:path';
import { refuse } from './zones.mjs';

const builtins = new Set(builtinModules);

/** @type {import('eslint').Rule.RuleModule} */
const importZones = {
  meta: { type: 'problem', schema: [], docs: { description: 'Keep the layers of the house apart.' } },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    /** @param {import('estree').Node | null | undefined} source */
    const check = (source) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const message = refuse(file, source.value, builtins);
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      /** @param {any} node import('…') as a type */
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};

const spokenAttributes = new Set(['title', 'alt', 'placeholder', 'label', 'aria-label', 'aria-description']);
const letters = /\p{L}{2,}/u;

/** @type {import('eslint').Rule.RuleModule} */
const noRawText = {
  meta: { type: 'problem', schema: [], docs: { description: 'Words a person reads come from shared/text.' } },
  create(context) {
    /** @param {any} node @param {string} text */
    const check = (node, text) => {
      if (letters.test(text)) {
        context.report({ node, message: `The words "${text.trim()}" belong in shared/text, in English and Chinese.` });
      }
    };
    return {
      /** @param {any} node */
      JSXText: (node) => check(node, node.value),
      /** @param {any} node */
      JSXAttribute(node) {
        if (!spokenAttributes.has(node.name.name)) return;
        const value = node.value?.type === 'JSXExpressionContainer' ? node.value.expression : node.value;
        if (value?.type === 'Literal' && typeof value.value === 'string') check(value, value.value);
      },
    };
  },
};

/** @type {import('eslint').ESLint.Plugin} */
export const house = {
  meta: { name: 'gradloom' },
  rules: { 'import-zones': importZones, 'no-raw-text': noRawText },
};

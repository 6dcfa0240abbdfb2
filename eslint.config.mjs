import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { house } from './scripts/lint/plugin.mjs';

const tests = [
  '**/*.test.ts',
  '**/*.test.tsx',
  'main/formats/testing/**',
  'e2e/**',
  'bench/**',
  'scripts/**',
  '*.config.*',
];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      'dist/',
      'dist.*/',
      'release/',
      '.tsbuild/',
      'test-results/',
      '.campaign/',
      'playwright-report/',
    ],
  },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    extends: [tseslint.configs.recommended],
    plugins: { gradloom: house },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what is exported instead of `export *`.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals instead of an enum.' },
      ],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'start' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['{shared,main,renderer,e2e,bench,scripts}/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: ['./tsconfig.lint.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['{shared,main,renderer}/**/*.{ts,tsx}'],
    ignores: tests,
    rules: {
      'gradloom/import-zones': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  { files: ['renderer/**/*.tsx'], ignores: tests, rules: { 'gradloom/no-raw-text': 'error' } },
  // A benchmark is a program that prints.
  { files: ['bench/**'], rules: { 'no-console': 'off' } },
  {
    files: ['scripts/**/*.mjs'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
);

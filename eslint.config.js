import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { ownLines } from './scripts/lint/own-lines.js';

const timeAndChance = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take a Clock as an argument (src/kernel/clock.ts): tests move it.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take a Clock as an argument (src/kernel/clock.ts): tests move it.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take a Random as an argument (src/kernel/random.ts).',
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Only src/config reads the environment: add an option to its schema.',
  },
];

const shape = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name; only tools that ask for a default get one.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals: types are stripped, enums are not.' },
];

export default defineConfig(
  { ignores: ['dist/', 'data/', '.cache/', 'coverage/', 'node_modules/'] },
  {
    files: ['**/*.{ts,js}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { latchkey: { rules: { 'own-lines': ownLines } } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      // A number in a template is read the same by everybody.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Our objects are closures: their methods have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // Code points are what we mean where we spread a text.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // Recursive types cannot be a Record.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // There are no enums, and other people's classes are given plain objects, as their documentation does.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // The setting noPropertyAccessFromIndexSignature asks for the opposite.
      '@typescript-eslint/dot-notation': 'off',
      // `async` also promises that what goes wrong rejects; ports ask for it where nothing is awaited.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-param-reassign': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': ['error', ...shape, ...timeAndChance],
      'latchkey/own-lines': ['error', 60],
    },
  },
  {
    files: [
      'src/kernel/**',
      'src/config/**',
      'scripts/**',
      'bin/**',
      'bench/**',
      'test/**',
      'examples/**',
      '*.config.js',
    ],
    rules: { 'no-restricted-syntax': ['error', ...shape] },
  },
  {
    // A suite is one long function by nature, chai asserts by reading a property, and a test may insist on a value.
    files: ['test/**'],
    rules: { 'latchkey/own-lines': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    // The type checker honours a cast in JSDoc, these rules do not see it.
    files: ['**/*.js'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-member-access': 'off' },
  },
  {
    // These run in browsers, under no type checker.
    files: ['views/**', 'plugins/*/views/**'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
  },
  { files: ['scripts/**', 'bin/**', 'bench/**', 'examples/**'], rules: { 'no-console': 'off' } },
  {
    files: ['*.config.js', 'scripts/totals-reporter.ts', 'scripts/attack-report.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);

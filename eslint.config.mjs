import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  // test/client is checked with the types that are generated for it.
  { ignores: ['build/', 'dist/', 'data/', 'node_modules/', 'test/client/', '**/*.mjs', 'src/interfaces/web/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off', // with noUncheckedIndexedAccess, `!` says that the index has been checked
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allow: ['bigint'] }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // answers are object literals, typed by the class that documents them
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/interfaces/web/**'],
    ignores: ['src/interfaces/web/shell/felt.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@digdir/designsystemet-react',
              importNames: ['Checkbox', 'Field', 'Fieldset', 'Radio', 'Select', 'Switch', 'Textarea', 'Textfield', 'ToggleGroup', 'ValidationMessage'],
              message: 'shell/felt.ts has it, with the script that it needs (ADR 0057).',
            },
            {
              name: '@digdir/designsystemet-react',
              importNames: ['Breadcrumbs', 'Combobox', 'ErrorSummary', 'EXPERIMENTAL_Suggestion', 'Pagination', 'Popover', 'Search', 'Tabs', 'Tooltip'],
              message: 'It needs a script that no page loads yet. Import that from @digdir/designsystemet-web beside it (ADR 0057).',
            },
          ],
        },
      ],
    },
  },
);

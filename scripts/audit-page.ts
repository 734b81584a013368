import type { EventCatalogue } from '../src/audit/event.ts';

const INTRODUCTION = `# Events of the audit log

<!-- Written by \`npm run generate\` from src/audit/catalogue.ts and the plugins' own catalogues. Do not edit. -->

The log takes no other types than these. What proves that it was not changed, and how to search and export it, is in
[operating.md](operating.md#the-audit-log).

Every event has an \`id\` (sorted by time), \`at\` (when), its \`type\`, its \`result\` (\`success\`, \`failure\` or
\`refused\`) and, once it is chained, the \`batch\` that proves it. Any event may have:

| field | meaning |
| --- | --- |
| \`actor\` | who did it, when that is another than the subject: an account id, \`client:<id>\`, \`cli\` or \`system\` |
| \`address\`, \`agent\` | the network address and the browser it came from; sealed under the key of whoever acted |
| \`correlation\` | the request, by the number that people see on error pages |

Some types have more:

| field | meaning |
| --- | --- |
| \`subject\` | whom it is about: the id of a person or a group |
| \`method\` | the method that was used, or the channel of a message |
| \`reason\` | as the table says; *sealed* where it tells of the person |
| \`clientId\` | the app |
| \`typedNameHash\` | a typed name that matches nobody, as a keyed hash: people type passwords there |
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (catalogue: EventCatalogue): readonly string[] => [
  '| type | meaning | fields |',
  '| --- | --- | --- |',
  ...Object.entries(catalogue).map(([type, { about, carries, personalReason }]) => {
    const fields = carries.map((field) => {
      if (field === 'typedName') return '`typedNameHash`';
      return field === 'reason' && personalReason ? '`reason`, sealed' : `\`${field}\``;
    });
    return `| \`${type}\` | ${cell(about)} | ${fields.join(' ')} |`;
  }),
];

/** The page of the catalogue, as Markdown. */
export const auditPage = (
  host: EventCatalogue,
  plugins: readonly { readonly name: string; readonly auditEvents?: EventCatalogue }[],
): string =>
  [
    INTRODUCTION,
    '## Of the host',
    '',
    ...table(host),
    '',
    ...plugins.flatMap(({ name, auditEvents }) =>
      auditEvents ? [`## Of the plugin \`${name}\``, '', ...table(auditEvents), ''] : [],
    ),
  ].join('\n');

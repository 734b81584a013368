import { hostEvents } from '../src/audit/catalogue.ts';
import type { EventCatalogue } from '../src/audit/event.ts';
import { jsonSchema, wholeSchema } from '../src/config/json-schema.ts';
import type { PluginSchema } from '../src/config/json-schema.ts';
import { auditPage } from './audit-page.ts';
import { flowsPage } from './flows-page.ts';
import { referencePage } from './reference-page.ts';

/** A file that a program writes and people read. */
export interface GeneratedDocument {
  /** From the package root. */
  readonly path: string;
  readonly text: string;
}

type Documented = PluginSchema & { readonly auditEvents?: EventCatalogue };

export const documents = (plugins: readonly Documented[]): readonly GeneratedDocument[] => {
  const schema = jsonSchema(wholeSchema(plugins));
  const titled = { $schema: schema.$schema, title: 'Latchkey configuration', ...schema };
  return [
    { path: 'config/latchkey.schema.json', text: `${JSON.stringify(titled, null, 2)}\n` },
    { path: 'docs/configuration.md', text: referencePage(schema) },
    { path: 'docs/flows.md', text: flowsPage() },
    { path: 'docs/audit.md', text: auditPage(hostEvents, plugins) },
  ];
};

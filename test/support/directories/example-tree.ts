const BASE = 'dc=example,dc=test';

const unit = (name: string): string => `ou=${name},${BASE}`;
const emptied = ['People', 'Groups', 'Outside'];

/**
 * Where things are on servers without a domain.
 *
 * @param more units beside those that tests ask for
 */
export const exampleTree = (more: readonly string[]) => {
  const names = [...emptied, 'Services', ...more];
  return {
    baseDn: BASE,
    peopleDn: unit('People'),
    groupsDn: unit('Groups'),
    outsideDn: unit('Outside'),
    serviceDn: `cn=svc-latchkey,${unit('Services')}`,
    servicePassword: 'Service-Winter-7',
    adminPassword: 'Admin-Winter-7',
    /** Units that stay when everything is cleared, and of these, those that are emptied. */
    units: names.map(unit),
    emptied: emptied.map(unit),
  };
};

export type ExampleTree = ReturnType<typeof exampleTree>;

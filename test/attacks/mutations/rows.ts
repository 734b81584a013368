import { directories } from './directories.ts';
import { limits } from './limits.ts';
import type { Row } from './mutation.ts';
import { people } from './people.ts';
import { proofs } from './proofs.ts';
import { requests } from './requests.ts';
import { scim } from './scim.ts';
import { seen } from './seen.ts';
import { steps } from './steps.ts';

/** Every failure that is answered, each with the protection whose absence its attack notices. */
export const rows: readonly Row[] = [
  ...steps,
  ...people,
  ...limits,
  ...seen,
  ...requests,
  ...proofs,
  ...scim,
  ...directories,
];

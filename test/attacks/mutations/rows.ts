import { limits } from './limits.ts';
import type { Row } from './mutation.ts';
import { people } from './people.ts';
import { proofs } from './proofs.ts';
import { requests } from './requests.ts';
import { scim } from './scim.ts';
import { seen } from './seen.ts';
import { steps } from './steps.ts';

/** What nothing here can be attacked by yet. */
const later: readonly Row[] = [
  {
    failure: 'LDAP injection',
    seen: 'lists of forbidden signs in peers',
    comesWith: 'directories over LDAP (issue 6)',
  },
  {
    failure: 'The old password good for another hour in Active Directory',
    seen: 'OldPasswordAllowedPeriod; authelia #6030, ldap3 #807, LTB Self Service Password #366',
    comesWith: 'writeback to Active Directory (issue 6)',
  },
  {
    failure: 'People locked out in the directory through us',
    seen: 'the guidance of Entra on smart lock-out',
    comesWith: 'directories over LDAP (issue 6)',
  },
  {
    failure: 'A crash between the write in a directory and the write in the store',
    seen: 'classic',
    comesWith: 'writeback to directories (issue 6)',
  },
];

/** Every failure that is answered, each with the protection whose absence its attack notices. */
export const rows: readonly Row[] = [
  ...steps,
  ...people,
  ...limits,
  ...seen,
  ...requests,
  ...proofs,
  ...scim,
  ...later,
];

import type { Grantee, Recipe } from './given.ts';

const USER_CLASS = 'bf967aba-0de6-11d0-a285-00aa003049e2';

/** Extended rights and attributes that resets need, and no others (MS-ADTS section 5.1.3.2.1, MS-ADA1, MS-ADA3). */
const RIGHTS = [
  { name: 'Reset Password', guid: '00299570-246d-11d0-a768-00aa006e0529', ace: 'CR', dsacls: 'CA' },
  { name: 'Change Password', guid: 'ab721a53-1e2f-11d0-9819-00aa0040529b', ace: 'CR', dsacls: 'CA' },
  { name: 'lockoutTime', guid: '28630ebf-41d5-11d1-a9c1-0000f80367c1', ace: 'WP', dsacls: 'WP' },
  { name: 'pwdLastSet', guid: 'bf967a0a-0de6-11d0-a285-00aa003049e2', ace: 'WP', dsacls: 'WP' },
] as const;

const KIND = { CR: 'ExtendedRight', WP: 'WriteProperty' } as const;

/** Within single quotes of PowerShell and of a shell. */
const powerShell = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const dsacls = ({ people, principal }: Grantee): Recipe => ({
  title: 'dsacls, at an elevated command prompt of a domain controller',
  lines: RIGHTS.map(({ name, dsacls: right }) => `dsacls "${people}" /I:S /G "${principal}:${right};${name};user"`),
});

const windowsPowerShell = ({ people, principal }: Grantee): Recipe => {
  const [name = ''] = principal.split('@');
  return {
    title: 'or PowerShell, with the module ActiveDirectory: the account, where there is none, and its rights',
    lines: [
      `New-ADUser -Name ${powerShell(name)} -SamAccountName ${powerShell(name)} -UserPrincipalName ${powerShell(principal)} -AccountPassword (Read-Host -AsSecureString 'Password') -PasswordNeverExpires $true -Enabled $true`,
      `$path = ${powerShell(`AD:\\${people}`)}`,
      `$sid = (Get-ADUser ${powerShell(name)}).SID`,
      '$acl = Get-Acl $path',
      ...RIGHTS.map(
        ({ name: right, guid, ace }) =>
          `$acl.AddAccessRule([System.DirectoryServices.ActiveDirectoryAccessRule]::new($sid, '${KIND[ace]}', 'Allow', [guid]'${guid}', 'Descendents', [guid]'${USER_CLASS}')) # ${right}`,
      ),
      'Set-Acl $path $acl',
    ],
  };
};

const samba = ({ people, sid = 'SID' }: Grantee): Recipe => {
  const sddl = RIGHTS.map(({ ace, guid }) => `(OA;CIIO;${ace};${guid};${USER_CLASS};${sid})`).join('');
  return {
    title: 'or Samba, on the domain controller',
    lines: [
      ...(sid === 'SID' ? ['# SID is what this prints: samba-tool user show NAME --attributes=objectSid'] : []),
      `samba-tool dsacl set --objectdn=${shell(people)} --sddl=${shell(sddl)}`,
    ],
  };
};

export const activeDirectoryRecipes = (grantee: Grantee): readonly Recipe[] => [
  dsacls(grantee),
  windowsPowerShell(grantee),
  samba(grantee),
];

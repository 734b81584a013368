import type { Edit, Row } from './mutation.ts';

const FORM = 'src/http/form.ts';
const HOST_BELIEVED: Edit = { file: 'src/http/forwarded.ts', text: 'headers.host = issuer.host;', instead: '' };
const FORWARDED_BELIEVED: Edit = {
  file: 'src/http/forwarded.ts',
  text: 'for (const name of UNTRUSTED) Reflect.deleteProperty(headers, name);',
  instead: "if (headers['x-forwarded-host'] !== undefined) headers.host = String(headers['x-forwarded-host']);",
};
const ANY_FORM: Edit = {
  file: 'src/http/dispatch.ts',
  text: "if (posted && route.caller !== 'program') checkCsrf(",
  instead: 'if (posted && !route.path) checkCsrf(',
};

const REFERRER_TOLD: Edit = {
  file: 'src/http/security-headers.ts',
  text: "'Referrer-Policy': 'no-referrer',",
  instead: "'Referrer-Policy': 'unsafe-url',",
};

/** What requests say, and how they are written. */
export const requests: readonly Row[] = [
  {
    failure: 'Links built from the host of the request',
    seen: 'Zitadel GHSA-2wmj-46rj-qm2w and CVE-2025-64101, LTB Self Service Password #821',
    mutations: [
      {
        name: 'host-believed',
        without: 'believes the Host header',
        edits: [HOST_BELIEVED],
        attack: 'test/attacks/links-from-the-request.test.ts › moves nothing that programs read',
      },
      {
        name: 'forwarded-host-believed',
        without: 'believes X-Forwarded-Host',
        edits: [HOST_BELIEVED, FORWARDED_BELIEVED],
        attack: 'test/attacks/any-site/links-from-the-request.test.ts › moves nothing that programs read',
      },
      {
        name: 'mails-by-host',
        without: 'builds the links of mails from the host of the request',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/identify.ts',
            text: '    key: key.hash,\n',
            instead: "    key: key.hash,\n    agent: String(visit.raw.req.headers['x-host']),\n",
          },
          {
            file: 'plugins/sspr/methods/email.ts',
            text: '{ flowId, purpose }: IssueQuestion<Email>,',
            instead: '{ flowId, purpose, where }: IssueQuestion<Email>,',
          },
          {
            file: 'plugins/sspr/methods/email.ts',
            text: 'link: `${issuer}/${purpose}/link/',
            instead: "link: `${where.agent === 'undefined' ? issuer : `http://${where.agent}`}/${purpose}/link/",
          },
        ],
        attack:
          'test/attacks/any-site/links-from-the-request.test.ts › gets no mail and no page that leads anywhere but to the issuer',
      },
    ],
  },
  {
    failure: 'Confusion by the type of the body; an empty password accepted by a bind',
    seen: 'LTB Self Service Password CVE-2018-12421',
    mutations: [
      {
        name: 'fields-twice',
        without: 'takes the last of two fields of one name',
        edits: [{ file: FORM, text: 'if (fields.has(name)) throw', instead: "if (name === '\\0') throw" }],
        attack: 'test/attacks/strange-fields.test.ts › is refused by a page, or taken for text: new password',
      },
      {
        name: 'fields-with-nul',
        without: 'takes fields that hold NUL',
        edits: [
          {
            file: FORM,
            text: 'if (!isStorable(name) || !isStorable(value)) throw',
            instead: 'if (name === value && !isStorable(name)) throw',
          },
        ],
        attack:
          'test/attacks/any-site/strange-values.test.ts › is refused as an array, an object, twice, with NUL or as no text at all',
      },
      {
        name: 'empty-passwords',
        without: 'takes an empty password for the right one, as a directory without care does',
        edits: [
          {
            file: 'src/directory/local-authority.ts',
            text: "if (!isHashable(password)) return { outcome: 'wrong' };",
            instead: "if (password === '') return { outcome: 'right' };",
          },
          {
            file: 'src/sign-in/login.ts',
            text: "...(password === '' && {",
            instead: "...(password === '\\0' && {",
          },
        ],
        attack: 'test/attacks/any-site/strange-values.test.ts › lets nobody in with an empty password, or none',
      },
    ],
  },
  {
    failure: 'Path tricks around authentication',
    seen: 'ADSelfService Plus CVE-2021-40539',
    mutations: [
      {
        name: 'paths-normalised',
        without: 'mends the spelling of a path before it looks for its route',
        edits: [
          {
            file: 'src/http/dispatch.ts',
            text: "if (!ctx.originalUrl.startsWith('/') || !isCanonicalPath(ctx.path))",
            instead: 'if (isCanonicalPath.length === 0)',
          },
          {
            file: 'src/http/route-table.ts',
            text: 'const exact = fixed.get(path);',
            instead: "const exact = fixed.get(path.replace(/\\/+/g, '/'));",
          },
        ],
        attack: 'test/attacks/path-tricks.test.ts › is served to nobody, whatever the path and whoever asks',
      },
      {
        name: 'paths-normalised-on-any-site',
        without: 'mends the spelling of a path before it looks for its route',
        edits: [
          {
            file: 'src/http/dispatch.ts',
            text: "if (!ctx.originalUrl.startsWith('/') || !isCanonicalPath(ctx.path))",
            instead: 'if (isCanonicalPath.length === 0)',
          },
          {
            file: 'src/http/route-table.ts',
            text: 'const exact = fixed.get(path);',
            instead: "const exact = fixed.get(path.replace(/\\/+/g, '/'));",
          },
        ],
        attack: 'test/attacks/any-site/paths-around.test.ts › is served to nobody in another spelling',
      },
    ],
  },
  {
    failure: 'Command or template injection through the new password',
    seen: 'ADSelfService Plus CVE-2021-28958',
    mutations: [
      {
        name: 'pages-unescaped',
        without: 'puts what was typed into a page as it is',
        edits: [{ file: 'src/http/views.ts', text: 'autoEscape: true', instead: 'autoEscape: false' }],
        attack: 'test/attacks/strange-fields.test.ts › is refused by a page, or taken for text: sign-in',
      },
      {
        name: 'passwords-trimmed',
        without: 'changes signs of a password before it keeps it',
        edits: [
          {
            file: 'plugins/sspr/reset/password.ts',
            text: "host.passwords.set(person.account, visit.form.password, 'reset')",
            instead:
              "host.passwords.set(person.account, visit.form.password.replace(/[\\r\\n<>{}%'\"\\\\]/g, ''), 'reset')",
          },
        ],
        attack: 'test/attacks/any-site/strange-values.test.ts › is a password, sign for sign',
      },
    ],
  },
  {
    failure: 'CSRF on the page that sets a password',
    seen: 'Casdoor CVE-2023-34927',
    mutations: [
      {
        name: 'any-form',
        without: 'takes forms from any site',
        edits: [ANY_FORM],
        attack:
          'test/attacks/cross-site-posts.test.ts › is refused, with and without cookies, and changes nothing: new password',
      },
      {
        name: 'any-form-on-any-site',
        without: 'takes forms from any site',
        edits: [ANY_FORM],
        attack:
          'test/attacks/any-site/cross-site.test.ts › chooses no password, with the cookies of its victim or with a token of its own',
      },
    ],
  },
  {
    failure: 'Requests that are too large or too slow',
    seen: 'classic',
    mutations: [
      {
        name: 'bodies-unbounded',
        without: 'reads bodies of any size, with any number of fields',
        edits: [
          { file: FORM, text: 'const BYTES = 64 * 1024;', instead: 'const BYTES = 1e9;' },
          { file: FORM, text: 'const FIELDS = 100;', instead: 'const FIELDS = 1e9;' },
        ],
        attack: 'test/attacks/any-site/too-much.test.ts › is refused: ten megabytes, ten thousand fields',
      },
      {
        name: 'headers-unbounded',
        without: 'reads headers of any size',
        edits: [
          {
            file: 'src/http/server.ts',
            text: 'maxHeaderSize: 16 * 1024,',
            instead: 'maxHeaderSize: 1024 * 1024,',
          },
        ],
        attack: 'test/attacks/any-site/too-much.test.ts › is refused: a flood of headers',
      },
    ],
  },
  {
    failure: 'A leak by Referer, and fixation of a session',
    seen: 'classic',
    mutations: [
      {
        name: 'referrer-told',
        without: 'lets browsers say where they come from',
        edits: [REFERRER_TOLD],
        attack:
          'test/attacks/any-site/link-scanners.test.ts › is gone from the address of the page, which tells nobody where its reader came from',
      },
      {
        name: 'inline-scripts',
        without: 'lets pages run scripts of their own text',
        edits: [
          {
            file: 'src/http/security-headers.ts',
            text: '"script-src \'self\'",',
            instead: "\"script-src 'self' 'unsafe-inline'\",",
          },
        ],
        attack:
          'test/attacks/any-site/headers.test.ts › runs no script of its own text, is framed by nobody and says nothing of where one comes from',
      },
      {
        name: 'one-cookie-for-all-steps',
        without: 'goes on with the cookie of a reset from before its proof',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/cookie.ts',
            text: "host.secrets.matches(PURPOSE, pair?.secret ?? '', flow.key)",
            instead: 'true',
          },
        ],
        attack:
          'test/attacks/fixation.test.ts › has no part in the reset after it, though even the browser cookie is the same',
      },
      {
        name: 'one-cookie-on-any-site',
        without: 'goes on with the cookie of a reset from before its proof',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/cookie.ts',
            text: "host.secrets.matches(PURPOSE, pair?.secret ?? '', flow.key)",
            instead: 'true',
          },
        ],
        attack: 'test/attacks/any-site/fixation.test.ts › has no part in the reset that goes on',
      },
      {
        name: 'sign-in-by-address',
        without: 'takes the address of a sign-in for its cookie',
        edits: [
          {
            file: 'src/oidc/cookies.ts',
            text: 'short: { ...common(issuer), signed: true,',
            instead: 'short: { ...common(issuer), signed: false,',
          },
        ],
        attack:
          'test/attacks/sign-in-by-its-address.test.ts › is not signed in as its person by being there first after the password',
      },
    ],
  },
];

import { tryMail } from './channels.ts';
import type { Config } from './config/schema.ts';
import type { Foundation } from './foundation.ts';
import { outbox } from './notify/outbox.ts';
import type { Finding } from './plugin.ts';
import { eq, everything } from './store/query.ts';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const issuerFinding = ({ issuer, profile }: Config): Finding => {
  const about = 'issuer';
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'https:') return { level: 'ok', about, text: `${issuer} is served by https.` };
  const advice = 'Set issuer to the https address that people see, and let a proxy in front end TLS.';
  return LOOPBACK.test(hostname)
    ? {
        level: profile === 'production' ? 'warning' : 'ok',
        about,
        text: `${issuer} is for this machine alone.`,
        advice,
      }
    : { level: 'error', about, text: `${issuer} is in the clear: passwords and codes can be read on the way.`, advice };
};

const profileFinding = ({ profile }: Config): Finding =>
  profile === 'production'
    ? { level: 'ok', about: 'profile', text: 'This is a production profile.' }
    : {
        level: 'warning',
        about: 'profile',
        text: 'This is the development profile: what it sends can be read by anybody who opens its mailbox page.',
        advice: 'Set profile to production (or LATCHKEY_PROFILE) where real people sign in.',
      };

/** One that may be read by others is refused before anything opens; what is left to say is where it is. */
const keyFinding = ({ masterKey, dataDir }: Config): Finding =>
  masterKey
    ? { level: 'ok', about: 'master key', text: 'The master key is given by the configuration.' }
    : {
        level: 'warning',
        about: 'master key',
        text: `The master key is ${dataDir}/master.key, readable by its owner alone, beside the data that it seals.`,
        advice: 'In production name one by masterKey, and keep a copy where the backups are not.',
      };

const storeFinding = async ({ store, config }: Foundation): Promise<Finding> => {
  await store.find(outbox, everything, { limit: 1 });
  const engine = config.store.url.reveal().startsWith('mongodb') ? 'MongoDB' : 'SQLite';
  return { level: 'ok', about: 'store', text: `The store (${engine}) answers.` };
};

const mailFinding = async ({ config: { mail } }: Foundation): Promise<Finding> => {
  const about = 'mail';
  const { smtp } = mail;
  if (!smtp) {
    return {
      level: 'warning',
      about,
      text: 'No mail server is configured: mail ends in the mailbox page.',
      advice: 'Set mail.smtp.',
    };
  }
  const where = `${smtp.host}:${String(smtp.port)}`;
  try {
    await tryMail(smtp);
    return { level: 'ok', about, text: `The mail server ${where} answers and lets us in.` };
  } catch (error) {
    const text = `The mail server ${where} does not take mail: ${messageOf(error)}`;
    return { level: 'error', about, text, advice: 'See mail.smtp: host, port, tls, user and password.' };
  }
};

const outboxFinding = async ({ store }: Foundation): Promise<Finding> => {
  const { docs } = await store.find(outbox, eq('state', 'failed'), { limit: 1 });
  return docs.length === 0
    ? { level: 'ok', about: 'outbox', text: 'No message was given up.' }
    : {
        level: 'warning',
        about: 'outbox',
        text: 'Messages were given up.',
        advice: 'See them by: latchkey outbox list --state failed',
      };
};

/** What there is to say of all that is not a plugin's. */
export const hostFindings = async (rooms: Foundation): Promise<readonly Finding[]> => {
  const { config } = rooms;
  const seen = [await storeFinding(rooms), keyFinding(config), profileFinding(config), issuerFinding(config)];
  return [...seen, await mailFinding(rooms), await outboxFinding(rooms)];
};

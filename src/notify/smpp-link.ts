import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Pdu, Session } from 'smpp';
import { MINUTE, SECOND } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';

export interface SmppServer {
  readonly host: string;
  readonly port: number;
  /** `none` is for a wire that nobody else listens to, such as a VPN. */
  readonly tls: 'implicit' | 'none';
  /** PEM of the authority that signed the server's certificate. */
  readonly ca?: string;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** Milliseconds that an answer may take. */
  readonly patience?: number;
}

export interface SmppLinkOptions {
  readonly server: SmppServer;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes in what the centre sends by itself. What it throws makes the centre send it again later. */
  readonly incoming: (pdu: Pdu) => Promise<void>;
}

/** An answer, or the code of why there is none. `unsure` where the request had left. */
export type SmppReply = { readonly pdu: Pdu } | { readonly failure: string; readonly unsure: boolean };

/** A session that is bound when it is needed, and bound again when it was lost. */
export interface SmppLink {
  submit(fields: Readonly<Record<string, unknown>>): Promise<SmppReply>;
  /** Asks whether the other side is still there, or binds, where it is time to; for receipts that come by themselves. */
  keep(): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE = 20 * SECOND;
const FIRST_PAUSE = SECOND;
const LONGEST_PAUSE = MINUTE;

/** SMPP 3.4 section 5.1.3: ESME_RX_T_APPN, to be sent again. */
const LATER = 0x64;

const codeOf = (status: number): string => `0x${status.toString(16).padStart(8, '0')}`;

class Failure extends Error {
  readonly unsure: boolean;
  constructor(code: string, unsure: boolean) {
    super(code);
    this.unsure = unsure;
  }
}

type Request = (answered: (pdu: Pdu) => void) => boolean;

/** Sends a request and waits for its answer, for the end of the session, or for patience to end. */
const exchange = (session: Session, patience: number, request: Request): Promise<Pdu> =>
  new Promise((resolve, reject) => {
    const fail = (code: string, unsure: boolean) => (): void => {
      done();
      reject(new Failure(code, unsure));
    };
    const closed = fail('closed', true);
    const timer = setTimeout(fail('timeout', true), patience);
    const done = (): void => {
      clearTimeout(timer);
      session.off('close', closed);
    };
    session.once('close', closed);
    const written = request((pdu) => {
      done();
      resolve(pdu);
    });
    if (!written) fail('closed', false)();
  });

const connected = async ({ host, port, tls, ca, patience = PATIENCE }: SmppServer): Promise<Session> => {
  const { connect } = await import('smpp');
  const secure = tls === 'implicit' && {
    tls: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  };
  let failed: Error | undefined;
  const session = connect({ host, port, ...secure }, () => session.emit('open'));
  // A frame that cannot be read leaves the rest unreadable.
  session.on('error', (error: Error) => {
    failed = error;
    session.destroy();
  });
  const timer = setTimeout(() => session.emit('error', new Failure('timeout', false)), patience);
  await Promise.race([once(session, 'open').catch(() => undefined), once(session, 'close').catch(() => undefined)]);
  clearTimeout(timer);
  if (failed) {
    const { code = failed.message } = failed as { readonly code?: string } & Error;
    throw new Failure(code, false);
  }
  return session;
};

const bind = async (server: SmppServer): Promise<Session> => {
  const session = await connected(server);
  try {
    const { systemId: system_id, password, systemType: system_type, patience = PATIENCE } = server;
    const fields = { system_id, password, system_type, interface_version: 0x34 };
    const answer = await exchange(session, patience, (answered) => session.bind_transceiver(fields, answered));
    if (answer.command_status !== 0) throw new Failure(`bind ${codeOf(answer.command_status)}`, false);
    return session;
  } catch (error) {
    session.destroy();
    throw error instanceof Failure ? new Failure(error.message, false) : error;
  }
};

/** Answers what the centre sends by itself (SMPP 3.4 sections 4.6 and 4.11). */
const answering = (session: Session, { incoming, log }: SmppLinkOptions): void => {
  session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu: Pdu) => {
    session.send(pdu.response());
    session.destroy();
  });
  session.on('deliver_sm', (pdu: Pdu) => {
    incoming(pdu).then(
      () => session.send(pdu.response()),
      (error: unknown) => {
        log.error({ error }, 'a receipt could not be taken in and is asked for again');
        session.send(pdu.response({ command_status: LATER }));
      },
    );
  });
};

export const smppLink = (options: SmppLinkOptions): SmppLink => {
  const { server, clock, log } = options;
  const { patience = PATIENCE } = server;
  let bound: Session | undefined;
  let binding: Promise<Session> | undefined;
  let failures = 0;
  let notBefore = 0;
  let lastFailure = 'closed';
  let closed = false;

  const begin = async (): Promise<Session> => {
    try {
      const session = await bind(server);
      session.once('close', () => {
        if (bound === session) bound = undefined;
      });
      answering(session, options);
      failures = 0;
      bound = session;
      return session;
    } catch (error) {
      failures += 1;
      notBefore = clock.now() + Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);
      lastFailure = error instanceof Failure ? error.message : 'internal';
      log.warn({ cause: lastFailure, failures }, 'the message centre could not be bound to');
      throw error;
    } finally {
      binding = undefined;
    }
  };

  const session = (): Promise<Session> => {
    if (bound) return Promise.resolve(bound);
    if (binding) return binding;
    if (closed || clock.now() < notBefore) return Promise.reject(new Failure(lastFailure, false));
    binding = begin();
    return binding;
  };

  const ask = async (request: (on: Session) => Request): Promise<SmppReply> => {
    let on: Session | undefined;
    try {
      on = await session();
      return { pdu: await exchange(on, patience, request(on)) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // Who does not answer in time may never again: the next request begins anew.
      if (bound === on) bound = undefined;
      on?.destroy();
      return { failure: error.message, unsure: error.unsure };
    }
  };

  return {
    submit: (fields) => ask((on) => (answered) => on.submit_sm(fields, answered)),

    async keep() {
      await ask((on) => (answered) => on.enquire_link(answered));
    },

    async close() {
      closed = true;
      const last = (await binding?.catch(() => undefined)) ?? bound;
      if (!last) return;
      await exchange(last, Math.min(patience, SECOND), (answered) => last.unbind(answered)).catch(() => undefined);
      last.destroy();
    },
  };
};

import type { Socket } from 'node:net';
import { messageOf } from './answers.ts';
import type { Body, Message, Result } from './answers.ts';
import type { Entry } from './entry.ts';
import { LdapFailure } from './failure.ts';
import { frames } from './frames.ts';
import type { LdapServer } from './ldap.ts';
import type { Request, Requests } from './requests.ts';
import { kindOf } from './socket-errors.ts';

export interface Outcome {
  readonly result: Result;
  readonly entries: readonly Entry[];
  readonly references: readonly string[];
}

/** Part of an answer of which more is to come. */
export type Told = Extract<Body, { kind: 'entry' | 'intermediate' }>;

/** One connection to one server. What is asked on it can be told apart; who is bound on it is its user's affair. */
export interface Connection {
  readonly server: LdapServer;
  /** Why it has ended, if it has. */
  readonly ended: LdapFailure | undefined;
  /**
   * Resolves with whatever the server answered, refusals too. Throws {@link LdapFailure} where it did not.
   *
   * @param take is given entries and what comes between them, which are then not held; what it throws ends the connection
   */
  ask(request: Request, take?: (told: Told) => void): Promise<Outcome>;
  whenEnded(listener: () => void): void;
  /** Says good-bye and ends it. */
  close(): void;
}

interface Pending {
  readonly entries: Entry[];
  readonly references: string[];
  readonly take: ((told: Told) => void) | undefined;
  /** Bytes so far. */
  size: number;
  /** For the next of it, and for all of it. */
  readonly timer: NodeJS.Timeout;
  readonly whole: NodeJS.Timeout;
  resolve(outcome: Outcome): void;
  reject(failure: LdapFailure): void;
}

const LARGEST_ID = 2 ** 31 - 1;

/** Bytes of one answer: far more than a page has, and few enough to be held. */
const LARGEST_ANSWER = 256 * 1024 * 1024;
/** What it costs to hold a message, be it of a few bytes. */
const AT_LEAST = 1024;

/** An answer whose entries come one by one, each in time, may take so many times the patience as a whole. */
const WHOLE_ANSWER = 30;

/** @param patience milliseconds that an answer, or the next entry of it, may take */
export const connectionOn = (socket: Socket, server: LdapServer, requests: Requests, patience: number): Connection => {
  const pending = new Map<number, Pending>();
  const listeners: (() => void)[] = [];
  const stream = frames();
  let ended: LdapFailure | undefined;
  let lastId = 0;

  const nextId = (): number => {
    lastId = lastId === LARGEST_ID ? 1 : lastId + 1;
    return lastId;
  };

  const end = (code: LdapFailure['code'], diagnostic: string, cause?: unknown): void => {
    if (ended) return;
    ended = new LdapFailure(code, diagnostic, server.url, { cause });
    socket.destroy();
    for (const { timer, whole, reject } of pending.values()) {
      clearTimeout(timer);
      clearTimeout(whole);
      reject(new LdapFailure(code, diagnostic, server.url, { outcomeUnknown: true, cause }));
    }
    pending.clear();
    for (const listener of listeners) listener();
  };

  const receive = ({ id, body }: Message, bytes: number): void => {
    const asked = pending.get(id);
    if (id === 0 && body.kind === 'result') {
      // Notice of disconnection (RFC 4511 section 4.4.1).
      end('unreachable', `the server says good-bye with ${body.code}: ${body.diagnostic}`);
      return;
    }
    if (!asked) return;
    asked.timer.refresh();
    if (asked.take && (body.kind === 'entry' || body.kind === 'intermediate')) {
      asked.take(body);
      return;
    }
    if (body.kind === 'entry') asked.entries.push(body.entry);
    else if (body.kind === 'reference') asked.references.push(...body.urls);
    else if (body.kind === 'result') {
      clearTimeout(asked.timer);
      clearTimeout(asked.whole);
      pending.delete(id);
      asked.resolve({ result: body, entries: asked.entries, references: asked.references });
    }
    asked.size += Math.max(bytes, AT_LEAST);
    if (asked.size > LARGEST_ANSWER) end('garbage', 'an answer larger than any that is asked for');
  };

  socket.on('data', (chunk: Buffer) => {
    try {
      for (const frame of stream.push(chunk)) receive(messageOf(frame), frame.length);
    } catch (error) {
      end('garbage', (error as Error).message, error);
    }
  });
  socket.on('error', (error) => end(kindOf(error), error.message, error));
  socket.on('close', () => end('unreachable', 'the connection was closed'));

  return {
    server,
    get ended() {
      return ended;
    },
    ask(request, take) {
      if (ended) throw new LdapFailure(ended.code, ended.diagnostic, server.url);
      const id = nextId();
      const bytes = request(id);
      return new Promise((resolve, reject) => {
        const late = (time: number) => setTimeout(() => end('timeout', `no answer within ${time} ms`), time);
        const [timer, whole] = [late(patience), late(WHOLE_ANSWER * patience)];
        pending.set(id, { entries: [], references: [], take, size: 0, timer, whole, resolve, reject });
        socket.write(bytes);
      });
    },
    whenEnded(listener) {
      listeners.push(listener);
    },
    close() {
      if (!ended) socket.end(requests.unbind()(nextId()));
      end('unreachable', 'the connection was closed by us');
    },
  };
};

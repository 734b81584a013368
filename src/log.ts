import { pino, stdSerializers } from 'pino';
import type { Log } from './kernel/log.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error: standard output belongs to the command line. */
export const createLog = (level: LogLevel): Log =>
  pino({ name: 'latchkey', level, serializers: { error: stdSerializers.err } }, process.stderr);

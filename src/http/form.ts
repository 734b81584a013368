import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import { AppError } from '../kernel/errors.ts';
import { isStorable } from '../kernel/text.ts';
import type { Context } from './context.ts';

const BYTES = 64 * 1024;
const FIELDS = 100;

/** Bytes of an oversized body that are waited for before it is refused. */
const DRAINED = 4 * 1024 * 1024;

const FORM = /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i;

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new AppError('form_invalid', 'a field is not percent-encoded UTF-8', { cause });
  }
};

/**
 * Fields of a form or query, each exactly once and storable.
 *
 * @throws AppError `form_invalid`
 */
export const parseFields = (text: string): Map<string, string> => {
  const fields = new Map<string, string>();
  if (text === '') return fields;
  const parts = text.split('&', FIELDS + 1);
  if (parts.length > FIELDS) throw new AppError('form_invalid', `more than ${String(FIELDS)} fields`);
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? '' : decode(part.slice(equals + 1));
    if (fields.has(name)) throw new AppError('form_invalid', 'a field is given twice');
    if (!isStorable(name) || !isStorable(value)) throw new AppError('form_invalid', 'a field holds NUL');
    fields.set(name, value);
  }
  return fields;
};

const decodeUtf8 = (body: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new AppError('form_invalid', 'the body is not UTF-8', { cause });
  }
};

/** Reads on, keeping nothing: a browser that is still sending when it is answered shows a broken connection instead. */
const drain = (req: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    let seen = 0;
    req.on('data', (chunk: Buffer) => {
      seen += chunk.length;
      if (seen > DRAINED) resolve();
    });
    req.once('end', resolve);
    req.once('close', resolve);
    req.resume();
  });

const readBody = async (ctx: Context): Promise<Buffer> => {
  try {
    return await getRawBody(ctx.req, { limit: BYTES, length: ctx.get('content-length') || null });
  } catch (cause) {
    const tooLarge = (cause as { status?: unknown }).status === 413;
    if (tooLarge) await drain(ctx.req);
    if (!ctx.req.complete) ctx.set('Connection', 'close');
    throw new AppError(tooLarge ? 'form_too_large' : 'form_invalid', 'the body could not be read', { cause });
  }
};

/**
 * The fields of a posted form.
 *
 * @throws AppError `form_too_large` beyond 64 kB, `form_invalid` for any other type, a coded body, a field that comes
 *   twice, holds NUL or is not UTF-8, or more than 100 fields
 */
export const readForm = async (ctx: Context): Promise<Map<string, string>> => {
  if (!FORM.test(ctx.get('content-type'))) throw new AppError('form_invalid', 'the body is no URL-encoded form');
  if (ctx.get('content-encoding') !== '') throw new AppError('form_invalid', 'the body is compressed');
  return parseFields(decodeUtf8(await readBody(ctx)));
};

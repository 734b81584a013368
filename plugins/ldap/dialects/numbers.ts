import { SECOND } from '../../../src/kernel/clock.ts';

/** A number of an entry; 0 for none. */
export const numberOf = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0);

/** Milliseconds of an attribute that is in seconds. */
export const secondsOf = (text: string | undefined): number => numberOf(text) * SECOND;

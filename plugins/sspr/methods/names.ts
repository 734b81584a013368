import type { kinds } from './list.ts';

/** Names of the methods, as policies and documents use them. */
export type MethodName = keyof typeof kinds;

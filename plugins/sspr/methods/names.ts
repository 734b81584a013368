/** Names of the methods, as policies and documents use them; `list.ts` has the methods themselves. */
export const methodNames = ['email', 'questions'] as const;

export type MethodName = (typeof methodNames)[number];

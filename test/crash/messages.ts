/** What a test asks of one of the products in a process that is going to die; `number` is repeated in the report. */
export type Request = { readonly id: string; readonly number: number } & Wish;

export type Wish =
  | { readonly kind: 'start'; readonly environment: Readonly<Record<string, string>> }
  | { readonly kind: 'begin'; readonly at?: string | undefined }
  | { readonly kind: 'settle' }
  | { readonly kind: 'later'; readonly milliseconds: number }
  | { readonly kind: 'stand still' }
  | { readonly kind: 'passed' };

export type Report =
  | { readonly kind: 'still'; readonly id: string; readonly boundary: string }
  | { readonly kind: 'done'; readonly id: string; readonly number: number; readonly result: readonly string[] }
  | { readonly kind: 'failed'; readonly id: string; readonly number: number; readonly reason: string };

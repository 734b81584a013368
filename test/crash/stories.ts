import { resetByCode } from './stories/reset.ts';
import type { Story } from './story.ts';

/** What people do while the process dies. */
export const stories: readonly Story[] = [resetByCode];

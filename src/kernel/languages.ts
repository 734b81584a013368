/** What our pages and messages are written in (BCP 47), the default first. */
export const LANGUAGES: readonly string[] = ['en', 'de', 'fr', 'es', 'pl', 'ja', 'ar'];

/**
 * When something happened, for people: to the minute, since nobody compares seconds, and with the zone, since a mail
 * does not know where it is read.
 */
export const momentFormat = (locale: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });

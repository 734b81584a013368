const FORM = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,](\d+))?Z$/;

/** Epoch milliseconds of a generalized time in UTC (RFC 4517 section 3.3.13), which is what servers write. */
export const generalizedTime = (text: string | undefined): number | undefined => {
  const [found, year, month, day, hour, minute = '0', second = '0', fraction = '0'] = FORM.exec(text ?? '') ?? [];
  if (found === undefined) return undefined;
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return whole + Math.trunc(Number(`0.${fraction}`) * 1000);
};

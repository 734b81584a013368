/** A telephone number that exists in the plan of its country. */
export interface TelephoneNumber {
  readonly e164: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Whether it may belong to a mobile telephone: in some countries nobody can tell. */
  readonly mobile: boolean;
  /** Costs whoever calls or writes more than a call, to the profit of whoever answers. */
  readonly premium: boolean;
}

const MOBILE = ['MOBILE', 'FIXED_LINE_OR_MOBILE'];
const PREMIUM = ['PREMIUM_RATE', 'SHARED_COST'];

/**
 * Reads a number as people write it, or in E.164. The library is loaded here and nowhere else, by the first number.
 * Satellites and other networks without a country count as nothing: nobody lives there, and calling them is dear.
 *
 * @param country ISO 3166-1 alpha-2, for numbers without one
 */
export const readNumber = async (typed: string, country?: string): Promise<TelephoneNumber | undefined> => {
  const { isSupportedCountry, parsePhoneNumberFromString } = await import('libphonenumber-js/max');
  const home = country !== undefined && isSupportedCountry(country) ? country : undefined;
  const number = parsePhoneNumberFromString(typed, { ...(home && { defaultCountry: home }), extract: false });
  if (!number?.isValid() || number.country === undefined || number.ext !== undefined) return undefined;
  const kind = number.getType() ?? '';
  return {
    e164: number.number,
    country: number.country,
    mobile: MOBILE.includes(kind),
    premium: PREMIUM.includes(kind),
  };
};

/**
 * Levels of assurance that a sign-in reaches here (`acr`), after the authenticator assurance levels of NIST SP 800-63B.
 * A request may ask for one by `acr_values`; what tokens tell is what was proved.
 */
export const ACR = { password: 'aal1' } as const;

/** Claims by scope (OpenID Connect Core section 5.4), and what every ID token tells of the sign-in itself. */
export const STANDARD_CLAIMS = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  groups: ['groups'],
};

/** What tokens and answers about them say by these names, whoever the person is (RFC 7519, RFC 7662, RFC 8693, RFC 9068). */
const OF_TOKENS = [
  ...['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'nonce', 'azp', 'at_hash', 'c_hash', 's_hash', 'sid', 'events'],
  ...['active', 'scope', 'client_id', 'username', 'token_type', 'cnf', 'act', 'may_act', 'roles', 'entitlements'],
  ...['authorization_details', 'address', '_claim_names', '_claim_sources', 'verified_claims'],
];

/** Names of claims that mean something already. */
export const takenClaims: ReadonlySet<string> = new Set([...Object.values(STANDARD_CLAIMS).flat(), ...OF_TOKENS]);

/** Scopes that mean something already: the consent page says in a sentence what they stand for. */
export const takenScopes: ReadonlySet<string> = new Set([...Object.keys(STANDARD_CLAIMS), 'offline_access', 'address']);

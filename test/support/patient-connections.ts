import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

// Required by every mocha process. Where localhost is ::1 and 127.0.0.1, Node gives an address up after 250 ms for the
// other one, where nobody listens: a crowd of requests on a busy machine then fails for nothing (RFC 8305 section 5).
setDefaultAutoSelectFamilyAttemptTimeout(60_000);

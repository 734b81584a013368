// Keys that cannot leave this browser (Web Cryptography API), for the scripts of the pages that use them.
'use strict';

globalThis.browserKeys = (database) => {
  const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
  const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=+$/, '');

  const finished = (request) =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error));
    });

  const keys = async (mode) => {
    const opening = indexedDB.open(database, 1);
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('keys'));
    return (await finished(opening)).transaction('keys', mode).objectStore('keys');
  };

  return {
    isSupported: window.crypto?.subtle !== undefined && window.indexedDB !== undefined,

    /** Undefined where there is none, or none any more. */
    find: async (name) => finished((await keys('readonly')).get(name)),

    async make(name) {
      const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
      await finished((await keys('readwrite')).put(pair, name));
      return pair;
    },

    /** SubjectPublicKeyInfo, base64url as everything here. */
    publicKey: async (pair) => text(await crypto.subtle.exportKey('spki', pair.publicKey)),

    sign: async ({ privateKey }, words) =>
      text(await crypto.subtle.sign(SIGNING, privateKey, new TextEncoder().encode(words))),

    /** Where browsers may clear what pages keep, they ask first, or do not. */
    persist: async () => navigator.storage?.persist?.(),
  };
};

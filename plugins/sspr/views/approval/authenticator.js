// The authenticator: keeps keys that cannot leave this browser, and signs with them what its owner answers.
'use strict';

(() => {
  const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
  const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };
  const OFTEN = 3000;

  const isSupported = window.crypto?.subtle !== undefined && window.indexedDB !== undefined;

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
    const opening = indexedDB.open('latchkey-authenticator', 1);
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('keys'));
    return (await finished(opening)).transaction('keys', mode).objectStore('keys');
  };

  const keyOf = async (phone) => finished((await keys('readonly')).get(phone));

  const makeKey = async (phone) => {
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
    await finished((await keys('readwrite')).put(pair, phone));
    return pair;
  };

  const sign = async ({ privateKey }, words) =>
    text(await crypto.subtle.sign(SIGNING, privateKey, new TextEncoder().encode(words)));

  const say = (what) => {
    for (const notice of document.querySelectorAll('[data-authenticator-says]')) {
      notice.hidden = notice.dataset.authenticatorSays !== what;
    }
  };

  const pair = async ({ dataset: { pair: code, phone }, elements }) => {
    const key = (await keyOf(phone)) ?? (await makeKey(phone));
    elements.publicKey.value = text(await crypto.subtle.exportKey('spki', key.publicKey));
    elements.signature.value = await sign(key, `latchkey pairing\n${code}\n${elements.publicKey.value}`);
    // Where browsers may clear what pages keep, they ask first, or do not.
    await navigator.storage?.persist?.();
    return true;
  };

  const answer = async ({ dataset: { phone }, elements: { request, decision, number, signature } }) => {
    const key = await keyOf(phone);
    if (!key) return false;
    number.value = number.value.trim();
    signature.value = await sign(key, `latchkey approval\n${request.value}\n${decision.value}\n${number.value}`);
    return true;
  };

  let isBusy = false;
  for (const form of document.querySelectorAll('form[data-pair], form[data-answer]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (isBusy || !isSupported) return;
      isBusy = true;
      say();
      try {
        if (await (form.dataset.pair === undefined ? answer(form) : pair(form))) {
          // Busy until the next page is there: what is looked for meanwhile must not lead away from what that one says.
          form.submit();
          return;
        }
        say('forgotten');
      } catch {
        say('unsupported');
      }
      isBusy = false;
    });
  }
  // Unless somebody came back to this page as they had left it.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) isBusy = false;
  });
  if (!isSupported) say('unsupported');

  const place = document.querySelector('[data-authenticator]');
  if (!place) return;
  void navigator.serviceWorker?.register(place.dataset.worker, { scope: '/authenticator' }).catch(() => undefined);

  // What is asked is looked for while the page is open and seen.
  const { waiting, request: shown } = place.dataset;
  const fields = document.querySelectorAll('input[name=number], input[name=code]');
  const isIdle = () => document.visibilityState === 'visible' && !isBusy && ![...fields].some(({ value }) => value);
  const look = async () => {
    if (!isIdle()) return;
    const reply = await fetch(waiting, { headers: { Accept: 'application/json' } });
    const isOther = reply.ok && (await reply.json()).request !== shown;
    // Somebody may have begun to type, or answered, while we asked.
    if (isOther && isIdle()) location.replace('/authenticator');
  };
  if (waiting !== undefined) setInterval(() => void look().catch(() => undefined), OFTEN);
})();

// The authenticator: keeps keys that cannot leave this browser, and signs with them what its owner answers.
'use strict';

(() => {
  const OFTEN = 3000;

  const keys = globalThis.browserKeys('latchkey-authenticator');
  const { isSupported } = keys;

  const say = (what) => {
    for (const notice of document.querySelectorAll('[data-authenticator-says]')) {
      notice.hidden = notice.dataset.authenticatorSays !== what;
    }
  };

  // On an iPhone or iPad a page on the home screen is a browser of its own, which has none of the keys of Safari, and keeps
  // those it has; Safari forgets them. Only there this property exists.
  const { standalone } = navigator;
  for (const hint of document.querySelectorAll('[data-home]')) {
    hint.hidden = hint.dataset.home === 'first' ? standalone !== false : standalone !== undefined;
  }

  const pair = async ({ dataset: { pair: code, phone }, elements }) => {
    const key = (await keys.find(phone)) ?? (await keys.make(phone));
    elements.publicKey.value = await keys.publicKey(key);
    elements.signature.value = await keys.sign(key, `latchkey pairing\n${code}\n${elements.publicKey.value}`);
    await keys.persist();
    return true;
  };

  const answer = async ({ dataset: { phone }, elements: { request, decision, number, signature } }) => {
    const key = await keys.find(phone);
    if (!key) return false;
    number.value = number.value.trim();
    signature.value = await keys.sign(key, `latchkey approval\n${request.value}\n${decision.value}\n${number.value}`);
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

// The trusted device: makes a key that cannot leave this browser, and signs with it what a page asks for.
'use strict';

(() => {
  const keys = globalThis.browserKeys('latchkey-device');

  const say = (what) => {
    for (const notice of document.querySelectorAll('[data-device-says]')) {
      notice.hidden = notice.dataset.deviceSays !== what;
    }
  };

  const register = async ({ dataset: { challenge }, elements: { publicKey, signature } }) => {
    const pair = await keys.make(challenge);
    publicKey.value = await keys.publicKey(pair);
    signature.value = await keys.sign(pair, `latchkey device registration\n${challenge}\n${publicKey.value}`);
    await keys.persist();
    return true;
  };

  /** One for each person who may have set this browser up, in the order of the page; false where no key is left. */
  const prove = async ({ dataset: { challenge, keys: names }, elements: { signature } }) => {
    const signatures = [];
    for (const name of names.split(' ')) {
      const pair = await keys.find(name);
      signatures.push(pair ? await keys.sign(pair, `latchkey device\n${challenge}`) : '');
    }
    signature.value = signatures.join('.');
    return signatures.some((each) => each !== '');
  };

  let isBusy = false;
  for (const form of document.querySelectorAll('form[data-device]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (isBusy || !keys.isSupported) return;
      isBusy = true;
      say();
      try {
        if (await (form.dataset.device === 'register' ? register(form) : prove(form))) form.submit();
        else say('forgotten');
      } catch {
        say('unsupported');
      }
      isBusy = false;
    });
  }
  if (!keys.isSupported) say('unsupported');
})();

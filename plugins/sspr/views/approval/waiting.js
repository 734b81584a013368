// Goes on by itself once the phone approved. Without a script the page has a button for it.
'use strict';

(() => {
  const OFTEN = 3000;
  /** As long as a request lives, and a little more. */
  const LONG = 4 * 60_000;

  const form = document.querySelector('form[data-approval]');
  if (!form) return;
  const end = Date.now() + LONG;

  const isApproved = async () => {
    const answer = await fetch(form.dataset.approval, { headers: { Accept: 'application/json' } });
    return answer.ok && (await answer.json()).approved === true;
  };

  const look = async () => {
    const approved = await isApproved().catch(() => false);
    if (approved) form.submit();
    else if (Date.now() < end) setTimeout(look, OFTEN);
  };

  setTimeout(look, OFTEN);
})();

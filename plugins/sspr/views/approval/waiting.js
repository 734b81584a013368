// Goes on by itself once the phone approved. Without a script the page has a button for it.
'use strict';

(() => {
  const OFTEN = 3000;
  /** For as long as a request lives, and a little more. */
  let left = 80;

  const form = document.querySelector('form[data-approval]');
  if (!form) return;

  const isApproved = async () => {
    const answer = await fetch(form.dataset.approval, { headers: { Accept: 'application/json' } });
    return answer.ok && (await answer.json()).approved === true;
  };

  // Somebody who presses the button meanwhile has sent the form: an approval counts once, so a second time would fail.
  form.addEventListener('submit', () => {
    left = 0;
  });

  const look = async () => {
    if (left === 0) return;
    const approved = await isApproved().catch(() => false);
    if (left === 0) return;
    left -= 1;
    if (approved) form.submit();
    else if (left > 0) setTimeout(look, OFTEN);
  };

  setTimeout(look, OFTEN);
})();

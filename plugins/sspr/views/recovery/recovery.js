// Prints and copies the codes on the page. Without a script they can be saved as a file, and printed by the browser.
'use strict';

(() => {
  const codes = [...document.querySelectorAll('[data-codes] code')].map(({ textContent }) => textContent);

  const doings = {
    print: () => window.print(),
    async copy(button) {
      await navigator.clipboard.writeText(codes.join('\n'));
      const said = button.textContent;
      button.textContent = button.dataset.done;
      setTimeout(() => {
        button.textContent = said;
      }, 4000);
    },
  };

  for (const button of document.querySelectorAll('[data-codes-do]')) {
    const doing = doings[button.dataset.codesDo];
    // A page that was not reached by https has no clipboard.
    if (button.dataset.codesDo === 'copy' && !navigator.clipboard) continue;
    button.closest('li').hidden = false;
    button.setAttribute('aria-live', 'polite');
    button.addEventListener('click', () => void doing(button));
  }
})();

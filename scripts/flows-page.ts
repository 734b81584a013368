import { changeFlow } from '../plugins/sspr/flows/change.ts';
import { confirmFlow, manageFlow, passFlow, registerFlow } from '../plugins/sspr/flows/enrolment.ts';
import { resetFlow } from '../plugins/sspr/flows/reset.ts';
import { secondFactorFlow } from '../plugins/sspr/flows/second-factor.ts';
import { diagram } from '../plugins/sspr/flows/table.ts';
import { unlockFlow } from '../plugins/sspr/flows/unlock.ts';

const FLOWS = [
  {
    title: 'Reset',
    text: 'Begins with a typed name that nobody looks up. What follows a slash is committed together with the new state.',
    drawing: diagram(resetFlow),
  },
  {
    title: 'Unlock',
    text: 'The same gates, as many as the policy asks for an unlock. The password stays as it is.',
    drawing: diagram(unlockFlow),
  },
  {
    title: 'Second factor',
    text: 'Between the right password and the session. What was proved is handed over to the sign-in.',
    drawing: diagram(secondFactorFlow),
  },
  {
    title: 'Change',
    text: 'Of a password by somebody who knows it, on a page of its own or at a sign-in that asks for it. A wrong present password leaves it where it is.',
    drawing: diagram(changeFlow),
  },
  {
    title: 'Registration',
    text: 'Between the password and the app, on the same authorization request, until enough methods are registered.',
    drawing: diagram(registerFlow),
  },
  {
    title: 'Reconfirmation',
    text: 'At sign-in, when the methods have not been looked at for a while: still yours?',
    drawing: diagram(confirmFlow),
  },
  {
    title: 'Management',
    text: 'At any time, on the page of their own on which people look after their methods: each change needs a fresh proof.',
    drawing: diagram(manageFlow),
  },
  {
    title: 'Registration by a pass',
    text: 'What a temporary access pass opens without a sign-in, for 30 minutes: methods are added, and nothing is changed.',
    drawing: diagram(passFlow),
  },
];

/** The flows as diagrams, drawn from the tables that run them. */
export const flowsPage = (): string =>
  [
    '# Flows',
    'Written by `npm run generate` from the tables in `plugins/sspr/flows/`; edit those. Every state also ends when the flow expires, 15 minutes after it began where nothing else is said.',
    ...FLOWS.flatMap(({ title, text, drawing }) => [`## ${title}`, text, ['```mermaid', drawing, '```'].join('\n')]),
  ].join('\n\n') + '\n';

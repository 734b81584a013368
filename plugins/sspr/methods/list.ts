import type { Method } from './method.ts';
import { emailMethod } from './email.ts';
import type { EmailPorts } from './email.ts';
import type { MethodName } from './names.ts';
import { questionsMethod } from './questions.ts';
import type { QuestionsPorts } from './questions.ts';

export type Methods = Readonly<Record<MethodName, Method>>;

export interface MethodPorts {
  readonly email: EmailPorts;
  readonly questions: QuestionsPorts;
}

// A method only ever sees data that its own shape has read: the erasure below is safe because `heldOf` is the way to it.
const erase = <D>(method: Method<D>): Method => method as unknown as Method;

export const createMethods = (ports: MethodPorts): Methods => ({
  email: erase(emailMethod(ports.email)),
  questions: erase(questionsMethod(ports.questions)),
});

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

export const createMethods = (ports: MethodPorts): Methods => ({
  email: emailMethod(ports.email),
  questions: questionsMethod(ports.questions),
});

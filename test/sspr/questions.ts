import { readFileSync } from 'node:fs';

export interface Texts {
  readonly en: string;
  readonly de: string;
}

/** The predefined questions, as the file has them. */
export const questions = JSON.parse(readFileSync('config/questions.json', 'utf8')) as Readonly<Record<string, Texts>>;

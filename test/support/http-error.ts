import { expect } from '@jest/globals';

interface ErrorAnswer {
  statusCode: number;
  code: string;
  message: string;
  details?: { path: string; message: string }[];
}

/** Checks that an answer is an error as every route gives it, and hands back what it says. */
export async function errorOf(answer: Response | { status: number; body: string }): Promise<ErrorAnswer> {
  const text = answer instanceof Response ? await answer.text() : answer.body;
  const { details, ...error } = JSON.parse(text) as ErrorAnswer;
  expect(error).toEqual({
    statusCode: answer.status,
    code: expect.stringMatching(/^[a-z0-9_]+$/),
    message: expect.stringMatching(/\S/),
  });
  for (const detail of details ?? []) {
    expect(detail).toEqual({ path: expect.any(String), message: expect.stringMatching(/\S/) });
  }
  return details ? { ...error, details } : error;
}

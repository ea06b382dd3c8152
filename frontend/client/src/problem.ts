// The problems of a shop as one union, and the error that carries them.

import type { components } from "./schema.ts";

type Schemas = components["schemas"];

/** The schemas of all problems that have one of their own, such as `InsufficientStockProblem`. */
type Declared = {
  [Name in keyof Schemas]: Name extends "Problem" ? never : Name extends `${string}Problem` ? Schemas[Name] : never;
}[keyof Schemas];

/** A problem with which the shop responds. `code` decides which other members it has. */
export type ApiProblem =
  | Declared
  | (Schemas["Problem"] & { code: Exclude<Schemas["Problem"]["code"], Declared["code"]> });

/** No response arrived: the network, the shop or a proxy in front of it failed. The request may have taken effect. */
export interface NetworkProblem {
  code: "network";
  detail: string;
}

/** The response is not one of the shop's, such as an error page of a proxy. The request may have taken effect. */
export interface UnexpectedResponseProblem {
  code: "unexpected_response";
  detail: string;
  status: number;
}

/** Why a request failed: a union that `code` discriminates. */
export type Problem = ApiProblem | NetworkProblem | UnexpectedResponseProblem;

/** The code of a problem. */
export type ProblemCode = Problem["code"];

/** The problem with a certain code. */
export type ProblemOf<Code extends ProblemCode> = Extract<Problem, { code: Code }>;

/** A failed request. An aborted request is not one: it is rejected with the reason of its signal. */
export class ShopError<P extends Problem = Problem> extends Error {
  override readonly name = "ShopError";
  /** What has failed. */
  readonly problem: P;
  /** The number of seconds after which the shop suggests to repeat the request. */
  readonly retryAfter: number | undefined;

  constructor(problem: P, options: ErrorOptions & { retryAfter?: number | undefined } = {}) {
    super(problem.detail, options);
    this.problem = problem;
    this.retryAfter = options.retryAfter;
  }
}

/** Returns whether an error is a problem, and has one of these codes if there are any. */
export function isProblem<Code extends ProblemCode = ProblemCode>(
  error: unknown,
  ...codes: Code[]
): error is ShopError<ProblemOf<Code>> {
  return error instanceof ShopError && (codes.length === 0 || codes.some((code) => code === error.problem.code));
}

/** The value of `Retry-After` in seconds; undefined if there is none. */
export function retryAfter(response: Response): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** An answer that is not a success; `body` goes out as JSON. */
export class HttpFailure extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`HTTP ${status}`);
    this.name = 'HttpFailure';
    this.status = status;
    this.body = body;
  }
}

function failure(status: number, error: string): HttpFailure {
  return new HttpFailure(status, { status: { error }, time: 0 });
}

export const formatError = (problem: string): HttpFailure => failure(400, `Format error in JSON body: ${problem}`);
export const wrongInput = (problem: string): HttpFailure => failure(400, `Wrong input: ${problem}`);
export const notFound = (what: string): HttpFailure => failure(404, `Not found: ${what}`);
export const conflict = (problem: string): HttpFailure => failure(409, `Wrong input: ${problem}`);
export const invalidValue = (problem: string): HttpFailure =>
  failure(422, `Validation error in JSON body: [${problem}]`);
export const forbidden = (): HttpFailure => failure(403, 'Forbidden: Global manage access is required');
export const internalError = (problem: string): HttpFailure => failure(500, `Service internal error: ${problem}`);
/** Qdrant answers a bad key with a bare JSON string, unlike every other error. */
export const unauthorised = (problem: string): HttpFailure => new HttpFailure(401, problem);

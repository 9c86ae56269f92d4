// What the desk says when it does not do what was asked: RFC 9457, with all that is wrong at once.

export interface Finding {
  field: string;
  problem: string;
  fix: string;
}

export interface Against {
  kind: string;
  detail: string;
  may_be_waived: boolean;
}

interface Shape {
  title?: string;
  detail?: string;
  findings?: Finding[];
  objections?: Against[];
}

/// An answer that is no success, or none at all (`status` 0).
export class Problem extends Error {
  readonly status: number;
  readonly findings: Finding[];
  readonly objections: Against[];

  constructor(status: number, shape: Shape) {
    super(sentence(status, shape));
    this.name = "Problem";
    this.status = status;
    this.findings = shape.findings ?? [];
    this.objections = shape.objections ?? [];
  }

  /// Whether the token opens nothing any more.
  get isLoggedOut(): boolean {
    return this.status === 401;
  }

  /// Whether the request may have been done: repeating it with its key finds out.
  get isOpen(): boolean {
    return this.status === 0 || this.status === 503;
  }
}

function sentence(status: number, { title, detail, findings, objections }: Shape): string {
  if (status === 0) return "The desk does not answer.";
  const first = findings?.[0];
  if (first) return `${first.field} ${first.problem}: ${first.fix}.`;
  const against = objections?.map((objection) => objection.detail).join("; ");
  return against || detail || title || `The desk answered with status ${status}.`;
}

/// Reads a problem out of the body of an answer.
export function problemOf(status: number, body: unknown): Problem {
  return new Problem(status, typeof body === "object" && body !== null ? (body) : {});
}

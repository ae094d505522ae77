import { readFileSync } from 'node:fs';

/** A request of an `.http` file, with variables in double braces. */
export interface FileRequest {
  readonly title: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
/** A variable. One that a person pastes in has the comments before it, which say what. */
export interface FileVariable {
  readonly name: string;
  readonly value: string;
  readonly comments: string;
}

/** The variables and the requests of an `.http` file, in order, as the editors that run such files read them. */
export function* readHttpFile(path: string): Generator<FileVariable | FileRequest> {
  let comments = '';
  let request: (FileRequest & { headers: Record<string, string>; body: string }) | undefined;
  let title = '';
  let inBody = false;
  for (const line of [...readFileSync(path, 'utf8').split('\n'), '###']) {
    const [, name, value] = /^@([\w-]+) = (.*)$/.exec(line) ?? [];
    const [, method, url] = /^(GET|POST|PUT|PATCH|DELETE) (.+)$/.exec(line) ?? [];
    const [, header, text] = /^([\w-]+): (.+)$/.exec(line) ?? [];
    if (request && (line.startsWith('###') || name !== undefined)) {
      yield { ...request, body: request.body.trim() };
      request = undefined;
      comments = '';
    }
    if (line.startsWith('#')) {
      if (line.startsWith('###')) title = line.slice(3).trim();
      comments += `${line}\n`;
    } else if (name !== undefined) yield { name, value: value!, comments };
    else if (request && inBody) request.body += `${line}\n`;
    else if (request && line === '') inBody = true;
    else if (request && header !== undefined) request.headers[header] = text!;
    else if (method !== undefined) [request, inBody] = [{ title, method, url: url!, headers: {}, body: '' }, false];
    else if (line !== '') throw new Error(`${path} has a line that is none of an .http file: ${line}`);
  }
}

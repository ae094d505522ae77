import type { EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import type { EncodedAppend } from '../codec.js';
import { withDeadline } from './connection.js';
import {
  batchAppendCalls,
  BatchAppendReq,
  type BatchAppendCall,
  type BatchAppendResp,
  convertToCommandError,
  Empty,
  parseUUID,
  StreamIdentifier,
  unpackToCommandError,
  UUID,
} from './protocol.js';

/** The place of the last event of an append. `position` is missing when the server does not tell it. */
interface Written {
  readonly revision: bigint;
  readonly position?: bigint;
}
interface Pending {
  readonly stream: string;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The appends of one client through its long-lived call BatchAppend. The client's own use of that call has defects, which
 * ADR 0013 lists. Here each append has a timer, a lost answer is forgotten, and a failed call rejects its own appends only.
 */
export class BatchAppend {
  readonly #call: () => Promise<BatchAppendCall>;
  /** The appends that wait for an answer, by correlation id, of each call. */
  readonly #pending = new WeakMap<BatchAppendCall, Map<string, Pending>>();

  constructor(client: EventStoreDBClient) {
    this.#call = batchAppendCalls(client, (call) => {
      this.#listen(call);
    });
  }

  /**
   * Appends to the stream of that name on the server. Rejects with `CallTimedOut` when no answer comes within `timeout` ms,
   * and with the client's errors, such as `WrongExpectedVersionError`.
   */
  append(stream: string, { events }: EncodedAppend, expected: 'none' | 'any' | bigint, timeout: number): Promise<Written> {
    const id = randomUUID();
    let sentIn: Map<string, Pending> | undefined;
    const answer = this.#call().then((call) => {
      const pending = (sentIn = this.#pending.get(call)!);
      return new Promise<Written>((resolve, reject) => {
        pending.set(id, { stream, resolve, reject });
        call.write(request(id, stream, events, expected));
      });
    });
    return withDeadline(timeout, answer).finally(() => sentIn?.delete(id));
  }

  #listen(call: BatchAppendCall): void {
    const pending = new Map<string, Pending>();
    this.#pending.set(call, pending);
    call.on('data', (response: BatchAppendResp) => {
      const append = pending.get(parseUUID(response.getCorrelationId()));
      if (!append) return; // the answer comes after the deadline
      const error = response.getError();
      const success = response.getSuccess();
      if (error) append.reject(error.hasDetails() ? unpackToCommandError(error, append.stream) : new Error(error.getMessage()));
      else if (success) {
        const position = success.getPosition()?.getCommitPosition();
        append.resolve({ revision: BigInt(success.getCurrentRevision()), ...(position !== undefined && { position: BigInt(position) }) });
      }
    });
    const over = (error: Error) => {
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    };
    call.on('error', (error) => {
      over(convertToCommandError(error));
    });
    call.on('end', () => {
      over(new Error('The server has ended the call'));
    });
  }
}

/** The message of one append. The events go as the bytes that are stored, in one message, because an append is at most 1 MiB. */
function request(id: string, stream: string, events: EncodedAppend['events'], expected: 'none' | 'any' | bigint) {
  const options = new BatchAppendReq.Options().setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(stream)));
  // No deadline, because it is a time of day by the server's clock. The server's own limit for a write holds.
  if (expected === 'none') options.setNoStream(new Empty());
  else if (expected === 'any') options.setAny(new Empty());
  else options.setStreamPosition(expected.toString());
  const messages = events.map(({ id: eventId, type, data, metadata }) => {
    const message = new BatchAppendReq.ProposedMessage().setId(new UUID().setString(eventId)).setData(Buffer.from(data)).setCustomMetadata(Buffer.from(metadata));
    message.getMetadataMap().set('type', type).set('content-type', 'application/json');
    return message;
  });
  return new BatchAppendReq().setCorrelationId(new UUID().setString(id)).setOptions(options).setProposedMessagesList(messages).setIsFinal(true);
}

import type { Code } from '@eventstore/db-client/generated/code_pb.js';
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { handleBidiStreamingCall, handleClientStreamingCall, handleUnaryCall, Metadata, sendUnaryData } from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import type { AppendFault } from './faults.js';
import { type Expected, type Proposed, type Written } from './log.js';
import { failure, identifierOf, missingIn, nameOf, proposedOf, streamDeleted, uuidOf } from './messages.js';
import type { EventStoreDbDouble } from './server.js';
import { Any, code, Empty, grpc, shared, status, streams, type AppendReq, type AppendResp, type BatchAppendReq, type BatchAppendResp } from './stubs.js';

const maxAppendBytes = 1_048_576;
/** The server's own time limit for a write, in ms. It holds when the client's deadline is later. */
const writeTimeoutMs = 2_000;

/** The expected revision of a stream, as the options of the writing calls encode it. */
interface Options {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}
const expectedOf = (options: Options, revision: string): Expected =>
  options.hasAny() ? 'any' : options.hasNoStream() ? 'no_stream' : options.hasStreamExists() ? 'stream_exists' : BigInt(revision);

/** The writing calls of the double: append, batch append, delete and tombstone. */
export class Appending {
  constructor(private readonly server: EventStoreDbDouble) {}

  /** The size that counts towards the append limit. Servers from 22.10 to 24.6 count the data only. */
  #sizeOf({ type, data, metadata }: Proposed): number {
    return this.server.version === '23.10' ? data.length : data.length + metadata.length + 2 * type.length;
  }

  /** A follower sends those who ask for the leader on to it. */
  #asFollower(metadata: Metadata): AppendFault | undefined {
    const port = this.server.portOfOtherLeader;
    return port !== undefined && metadata.get('requires-leader').includes('true') ? { kind: 'not leader', port } : undefined;
  }

  /** Writes the events. With a fault, lets it happen instead and returns undefined: no regular answer may be sent. */
  #write(stream: string, expected: Expected, events: readonly Proposed[], fault: AppendFault | undefined): Written | undefined {
    if (!fault) return this.server.log.append(stream, expected, events);
    if (fault.kind !== 'not leader' && fault.written) this.server.log.append(stream, expected, events);
    if (fault.kind === 'cut') this.server.cut();
    return undefined;
  }

  readonly append: handleClientStreamingCall<AppendReq, AppendResp> = (call, answer) => {
    this.server.calls.append++;
    const fault = this.server.faults.nextAppend() ?? this.#asFollower(call.metadata);
    let options: AppendReq.Options | undefined;
    let refused = false;
    let size = 0;
    const events: Proposed[] = [];
    const refuse = (...told: Parameters<typeof failure>) => {
      if (!refused) answer(failure(...told));
      refused = true;
    };
    call.on('data', (message: AppendReq) => {
      if (message.hasOptions()) {
        options = message.getOptions();
        return;
      }
      const event = proposedOf(message.getProposedMessage()!);
      const missing = missingIn(event);
      if (missing.length > 0)
        refuse(grpc.status.INVALID_ARGUMENT, `Required metadata property missing: ${missing.join()}`, {
          exception: 'missing-required-metadata-property',
          'required-metadata-properties': 'type,content-type',
        });
      size += this.#sizeOf(event);
      if (size > maxAppendBytes)
        refuse(grpc.status.INVALID_ARGUMENT, 'Maximum Append Size Exceeded.', {
          exception: 'maximum-append-size-exceeded',
          'maximum-append-size': String(maxAppendBytes),
        });
      events.push(event);
    });
    call.on('end', () => {
      if (refused || !options) return;
      const stream = nameOf(options.getStreamIdentifier());
      const expected = expectedOf(options, options.getRevision());
      this.server.faults.arrived(() => {
        const written = this.#write(stream, expected, events, fault);
        if (fault?.kind === 'unavailable') answer(failure(grpc.status.UNAVAILABLE, 'Server Is Not Ready'));
        if (fault?.kind === 'timeout') answer(failure(grpc.status.ABORTED, 'Operation timed out'));
        if (fault?.kind === 'not leader') answer(notLeader(fault.port));
        if (!written) return;
        if (written.kind === 'deleted') answer(streamDeleted(stream));
        else answer(null, appendResponse(written, expected));
      });
    });
    call.on('error', () => undefined);
  };

  readonly batchAppend: handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> = (call) => {
    this.server.calls.batchAppend++;
    const pending = new Map<string, { readonly options: BatchAppendReq.Options; readonly events: Proposed[]; size: number; timer: NodeJS.Timeout }>();
    const answer = (id: string, stream: string, fill: (response: BatchAppendResp) => void) => {
      clearTimeout(pending.get(id)?.timer);
      pending.delete(id);
      const response = new streams.BatchAppendResp().setCorrelationId(new shared.UUID().setString(id)).setStreamIdentifier(identifierOf(stream));
      fill(response);
      if (!call.destroyed) call.write(response);
    };
    const timeout = (id: string, stream: string) => {
      answer(id, stream, (response) => response.setError(statusOf(code.Code.DEADLINE_EXCEEDED, 'Timeout', 'Timeout', new shared.Timeout())));
    };
    call.on('data', (message: BatchAppendReq) => {
      const id = uuidOf(message.getCorrelationId());
      const options = message.getOptions();
      if (options) {
        const asked = (options.getDeadline()?.toDate().getTime() ?? Infinity) - Date.now();
        const stream = nameOf(options.getStreamIdentifier());
        const timer = setTimeout(() => {
          timeout(id, stream);
        }, Math.min(asked, writeTimeoutMs));
        pending.set(id, { options, events: [], size: 0, timer });
        if (asked <= 0) {
          timeout(id, stream);
          return;
        }
      }
      const append = pending.get(id);
      if (!append) return; // the correlation id is unknown or already answered
      const stream = nameOf(append.options.getStreamIdentifier());
      for (const event of message.getProposedMessagesList().map(proposedOf)) {
        append.events.push(event);
        append.size += this.#sizeOf(event);
        const missing = missingIn(event);
        const bad = new shared.BadRequest();
        bad.setMessage(`Required metadata property missing: ${missing.join()}`);
        const tooLarge = new shared.MaximumAppendSizeExceeded();
        tooLarge.setMaxappendsize(maxAppendBytes);
        if (missing.length > 0) answer(id, stream, (response) => response.setError(statusOf(code.Code.INVALID_ARGUMENT, 'BadRequest', 'BadRequest', bad)));
        else if (append.size > maxAppendBytes)
          answer(id, stream, (response) =>
            response.setError(statusOf(code.Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', 'MaximumAppendSizeExceeded', tooLarge)),
          );
        if (!pending.has(id)) return;
      }
      if (!message.getIsFinal()) return;
      if (!this.server.faults.mayWrite) {
        answer(id, stream, (response) => response.setError(statusOf(code.Code.PERMISSION_DENIED, 'Access Denied', 'AccessDenied', new shared.AccessDenied())));
        return;
      }
      this.server.calls.batched++;
      const expected = expectedOf(append.options, append.options.getStreamPosition());
      const fault = this.server.faults.nextAppend() ?? this.#asFollower(call.metadata);
      this.server.faults.arrived(() => {
        const written = this.#write(stream, expected, append.events, fault);
        if (fault?.kind === 'timeout') timeout(id, stream);
        if (fault?.kind === 'silence') {
          clearTimeout(append.timer);
          pending.delete(id);
        }
        if (fault?.kind === 'unavailable') call.emit('error', failure(grpc.status.UNAVAILABLE, 'Server Is Not Ready'));
        if (fault?.kind === 'not leader') call.emit('error', notLeader(fault.port));
        if (written) answer(id, stream, (response) => { fillBatchResponse(response, written, expected, stream); });
      });
    });
    const over = () => {
      for (const { timer } of pending.values()) clearTimeout(timer);
      pending.clear();
    };
    call.on('end', () => {
      over();
      call.end();
    });
    call.on('cancelled', over);
    call.on('error', over);
  };

  readonly delete: handleUnaryCall<DeleteReq, DeleteResp> = (call, answer) => {
    const options = call.request.getOptions()!;
    const position = new streams.DeleteResp.Position();
    this.#delete(options, options.getRevision(), false, answer, (at) => {
      position.setCommitPosition(at).setPreparePosition(at);
      return new streams.DeleteResp().setPosition(position);
    });
  };

  readonly tombstone: handleUnaryCall<TombstoneReq, TombstoneResp> = (call, answer) => {
    const options = call.request.getOptions()!;
    const position = new streams.TombstoneResp.Position();
    this.#delete(options, options.getRevision(), true, answer, (at) => {
      position.setCommitPosition(at).setPreparePosition(at);
      return new streams.TombstoneResp().setPosition(position);
    });
  };

  #delete<R>(
    options: Options & Pick<DeleteReq.Options, 'getStreamIdentifier'>,
    revision: string,
    forEver: boolean,
    answer: sendUnaryData<R>,
    response: (position: string) => R,
  ): void {
    const stream = nameOf(options.getStreamIdentifier());
    const expected = expectedOf(options, revision);
    const written = this.server.log.delete(stream, expected, forEver);
    if (written.kind === 'deleted') answer(streamDeleted(stream));
    else if (written.kind === 'wrong')
      answer(
        failure(grpc.status.FAILED_PRECONDITION, 'Wrong expected version', {
          exception: 'wrong-expected-version',
          'stream-name': stream,
          'expected-version': String(typeof expected === 'bigint' ? expected : { no_stream: -1, any: -2, stream_exists: -4 }[expected]),
          'actual-version': String(written.current),
        }),
      );
    else answer(null, response(written.position.toString()));
  }
}

const notLeader = (port: number) =>
  failure(grpc.status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': '127.0.0.1',
    'leader-endpoint-port': String(port),
  });

function appendResponse(written: Exclude<Written, { kind: 'deleted' }>, expected: Expected): AppendResp {
  const response = new streams.AppendResp();
  if (written.kind !== 'wrong') {
    const [revision, position] = [written.revision.toString(), written.position.toString()];
    const at = new streams.AppendResp.Position().setCommitPosition(position).setPreparePosition(position);
    return response.setSuccess(new streams.AppendResp.Success().setCurrentRevision(revision).setPosition(at));
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  const empty = new shared.Empty();
  if (written.current < 0n) wrong.setCurrentNoStream(empty).setNoStream2060(empty);
  else wrong.setCurrentRevision(written.current.toString()).setCurrentRevision2060(Number(written.current));
  if (expected === 'any') wrong.setExpectedAny(empty).setAny2060(empty);
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(empty).setStreamExists2060(empty);
  else if (expected === 'no_stream') wrong.setExpectedNoStream(empty);
  else wrong.setExpectedRevision(expected.toString()).setExpectedRevision2060(Number(expected));
  return response.setWrongExpectedVersion(wrong);
}

function fillBatchResponse(response: BatchAppendResp, written: Written, expected: Expected, stream: string): void {
  if (written.kind === 'deleted') {
    const details = new shared.StreamDeleted();
    details.setStreamIdentifier(identifierOf(stream));
    response.setError(statusOf(code.Code.NOT_FOUND, 'StreamDeleted', 'StreamDeleted', details));
    return;
  }
  if (written.kind !== 'wrong') {
    const at = new shared.AllStreamPosition().setCommitPosition(written.position.toString()).setPreparePosition(written.position.toString());
    response.setSuccess(new streams.BatchAppendResp.Success().setCurrentRevision(written.revision.toString()).setPosition(at));
    return;
  }
  const wrong = new shared.WrongExpectedVersion();
  const empty = new Empty();
  if (written.current < 0n) wrong.setCurrentNoStream(empty);
  else wrong.setCurrentStreamRevision(written.current.toString());
  if (expected === 'any') wrong.setExpectedAny(empty);
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(empty);
  else if (expected === 'no_stream') wrong.setExpectedNoStream(empty);
  else wrong.setExpectedStreamPosition(expected.toString());
  response.setError(statusOf(code.Code.ALREADY_EXISTS, 'WrongExpectedVersion', 'WrongExpectedVersion', wrong));
}

/** The error format of a batch append: google.rpc.Status with one packed detail. */
function statusOf(of: Code, message: string, name: string, details: Message) {
  const packed = new Any();
  packed.pack(details.serializeBinary(), `event_store.client.${name}`);
  const error = new status.Status();
  error.setCode(of);
  error.setMessage(message);
  error.setDetails(packed);
  return error;
}


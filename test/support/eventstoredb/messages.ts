import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { Metadata, ServiceError, status } from '@grpc/grpc-js';
import type { Proposed, Stored } from './log.js';
import { grpc, shared, streams, type BatchAppendReq, type AppendReq, type ReadResp } from './stubs.js';

// Converts between the messages of the protocol and the types of the log.

export const nameOf = (identifier: StreamIdentifier | undefined): string => Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export const identifierOf = (name: string): StreamIdentifier => new shared.StreamIdentifier().setStreamName(Buffer.from(name).toString('base64'));

export function uuidOf(uuid: UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString().toLowerCase() ?? '';
  const hex = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const digits = hex(structured.getMostSignificantBits()) + hex(structured.getLeastSignificantBits());
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The event to write from a message. Missing fields become empty texts. */
export const proposedOf = (message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): Proposed => ({
  id: uuidOf(message.getId()),
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

/** The names of the required fields that the event lacks. */
export const missingIn = ({ id, type, contentType }: Proposed): string[] =>
  Object.entries({ id, type, 'content-type': contentType }).flatMap(([name, value]) => (value === '' ? [name] : []));

/** The event as a reader gets it. A content type other than exactly `application/json` becomes `application/octet-stream`. */
export function eventResponse({ id, stream, revision, position, type, contentType, created, data, metadata }: Stored): ReadResp {
  const event = new streams.ReadResp.ReadEvent.RecordedEvent();
  event.setId(new shared.UUID().setString(id));
  event.setStreamIdentifier(identifierOf(stream));
  event.setStreamRevision(revision.toString());
  event.setCommitPosition(position.toString());
  event.setPreparePosition(position.toString());
  event.getMetadataMap().set('type', type);
  event.getMetadataMap().set('content-type', contentType === 'application/json' ? contentType : 'application/octet-stream');
  event.getMetadataMap().set('created', created.toString());
  event.setData(data);
  event.setCustomMetadata(metadata);
  const read = new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(position.toString());
  return new streams.ReadResp().setEvent(read);
}

/** A gRPC error as the server sends it. The trailers name the exception and its details. */
export function failure(code: status, details: string, trailers: Readonly<Record<string, string>> = {}): Partial<ServiceError> & { code: status; metadata: Metadata } {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
}

export const streamDeleted = (name: string) =>
  failure(grpc.status.FAILED_PRECONDITION, `Event stream '${name}' is deleted.`, { exception: 'stream-deleted', 'stream-name': name });

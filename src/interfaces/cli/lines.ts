/** The whole lines of a text that comes in pieces. Only a line feed ends a line: JSON may have the other separators in its texts. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

/** The lines of a file that somebody may have edited: also the last one without a line feed, and without the CR of Windows. */
export async function* editedLinesOf(pieces: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const ended = async function* () {
    yield* pieces;
    yield Buffer.from('\n');
  };
  let before: string | undefined;
  for await (const line of linesOf(ended())) {
    if (before !== undefined) yield before;
    before = line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  // The end of a file that ends as it should is no line.
  if (before !== undefined && before !== '') yield before;
}

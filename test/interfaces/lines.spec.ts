import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linesOf } from '../../src/interfaces/cli/backup/files.js';
import { editedLinesOf } from '../../src/interfaces/cli/lines.js';
import { temporaryFolder } from '../support/databases.js';

async function all(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

it.each<[string, string, readonly string[]]>([
  ['of Windows', 'a\r\nb\r\n', ['a', 'b']],
  ['without an end', 'a\nb', ['a', 'b']],
  ['with empty lines', 'a\n\nb\n\n', ['a', '', 'b', '']],
  ['with nothing', '', []],
  // JSON may have them in its texts, and Node 24's readline ends a line there.
  ['with other separators', '{"a":"sak\u2028\u2029\u008512"}\nb\n', ['{"a":"sak\u2028\u2029\u008512"}', 'b']],
])('the lines of a file %s', async (_, text, lines) => {
  const file = join(await temporaryFolder(), 'fil');
  await writeFile(file, text);
  expect(await all(linesOf(file))).toEqual(lines);
  const bytes = async function* () { for (const byte of Buffer.from(text)) yield await Promise.resolve(Buffer.of(byte)); };
  expect(await all(editedLinesOf(bytes()))).toEqual(lines);
});

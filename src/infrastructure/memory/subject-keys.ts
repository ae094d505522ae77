import { randomBytes } from 'node:crypto';
import { SubjectKeys, type SubjectKey } from '../../application/ports/subject-keys.js';
import { SubjectCipher } from '../crypto/subject-cipher.js';

/** The subjects' keys in memory, for tests. */
export class MemorySubjectKeys extends SubjectKeys {
  private readonly keys = new Map<string, SubjectKey | 'destroyed'>();

  obtain(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>> {
    for (const subject of subjects) if (!this.keys.has(subject)) this.keys.set(subject, new SubjectCipher(randomBytes(32)));
    return this.find(subjects);
  }

  find(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>> {
    const found = subjects.flatMap((subject) => {
      const key = this.keys.get(subject);
      return key === undefined || key === 'destroyed' ? [] : [[subject, key] as const];
    });
    return Promise.resolve(new Map(found));
  }

  unknown(subjects: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(subjects.filter((subject) => !this.keys.has(subject)));
  }

  destroy(subject: string): Promise<void> {
    this.keys.set(subject, 'destroyed');
    return Promise.resolve();
  }
}

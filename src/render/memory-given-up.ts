import type { GivenUpMemory } from './admission.ts';

/** Several memories as one, of which the first are given up before the others. */
export function givenUpTogether(memories: readonly GivenUpMemory[]): GivenUpMemory {
  const bytesOf = (each: readonly GivenUpMemory[]) => each.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    get bytes() {
      return bytesOf(memories);
    },
    shrinkTo(bytes) {
      for (const [index, memory] of memories.entries()) {
        memory.shrinkTo(Math.max(0, bytes - bytesOf(memories.slice(index + 1))));
      }
    },
  };
}

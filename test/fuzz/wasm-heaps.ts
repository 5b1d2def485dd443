/** WASM memories that are alive. */
const memories = new Set<WeakRef<WebAssembly.Memory>>();

/** Notes every memory that is made from now on. */
export function watchWasmHeaps(): void {
  const { Instance, instantiate } = WebAssembly;
  const note = <T extends WebAssembly.Instance>(instance: T): T => {
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) memories.add(new WeakRef(value));
    }
    return instance;
  };
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, values: [WebAssembly.Module, WebAssembly.Imports?]) => note(new target(...values)),
  });
  WebAssembly.instantiate = new Proxy(instantiate, {
    apply: async (target, self, values) => {
      const made = await Reflect.apply(target, self, values);
      note('instance' in made ? made.instance : made);
      return made;
    },
  });
}

/** Bytes of all that are alive, or not collected yet. */
export function wasmHeapBytes(): number {
  let bytes = 0;
  for (const reference of memories) {
    const memory = reference.deref();
    if (memory) bytes += memory.buffer.byteLength;
    else memories.delete(reference);
  }
  return bytes;
}

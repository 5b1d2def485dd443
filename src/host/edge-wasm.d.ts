/** Edge runtimes hand over a wasm file that is imported as a compiled module, and compile none themselves. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}

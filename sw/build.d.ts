/** Identifies the build: wasm files and worker of one build belong together. Set by vite.config.ts. */
declare const __BUILD__: string;
/** File name of the script built from `sw/later.ts`, with the hash of its content. Set by vite.config.ts. */
declare const __LATER_SCRIPT__: string;

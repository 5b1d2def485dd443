/** Identifies the build: wasm files and worker of one build belong together. Set by vite.config.ts. */
declare const __BUILD__: string;

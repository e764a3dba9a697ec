/** What the server writes before the worker's text. */
declare const SHELL: { build: string; page: string; files: { path: string; sha256: string }[] };

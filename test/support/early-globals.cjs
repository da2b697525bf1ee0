/**
 * Loaded before the product's main process where a test drives it. Playwright's first script reads `performance`, and the
 * debugger runs it between any two lines: read while Node was itself loading that module, the global stays undefined for
 * good, and with it `fetch`, `Headers` and every page of app:// (about one launch in forty on a busy machine). No
 * debugger, no such moment; loaded here, it is past.
 */
void globalThis.performance;
void globalThis.Headers;

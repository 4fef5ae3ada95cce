/** What the built page may load and connect to, and the headers a server does well to send with it. */
import { REMOTE_SOURCES } from '../src/data/own/remote.ts';

/** Nothing but what is said here; the development server needs more. docs/hosting.md repeats it. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  `connect-src 'self' ${REMOTE_SOURCES.join(' ')}`,
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The policy as a header also holds in workers, which the one in the page does not reach. */
export const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

import { serveThread } from '../../../async/thread.ts';
import { openReader } from './reader.ts';

/** This file, to start a reader from; `openReader` says what it is given and what it answers. */
export const readerThreadUrl = new URL(import.meta.url);

serveThread(import.meta.url, openReader);

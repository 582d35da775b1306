/**
 * The journal: the file that holds a record of every message before anyone else has the message.
 *
 * <p>{@code DATA/journal/journal-YYYYMMDD-NNNN.jsonl}, one JSON line each in the format of {@link
 * org.whosent.record.JournalCodec}. A file is only ever appended to, and only by the process that
 * opened it; a new one is begun each UTC day, at a size, at each start and after any write fault.
 * Names sort in the order of writing. A reader takes only lines that end in a line feed. What
 * follows the last line feed is still being written, or was torn by a crash; the next start then
 * ends it with a line feed, so that a reader counts one bad line instead of waiting forever.
 */
package org.whosent.msa.journal;

/**
 * Rspamd, a filter that sees the login of the server before it: its text log, its JSON log and its
 * history. It says who sent, and never what became of it.
 */
package org.whosent.indexer.log.rspamd;

/**
 * A log that Dovecot writes to: its own file, or a syslog file that it shares with the Postfix that
 * relays for it. Lines of its submission service are read by {@link
 * org.whosent.indexer.log.reader.DovecotSubmission}, as in every other relay's log.
 */
package org.whosent.indexer.log.dovecot;

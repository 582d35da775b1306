/**
 * A log in which Dovecot writes: its own file, or one of syslog with the Postfix that relays for
 * it. What its submission service says is read by {@link
 * org.whosent.indexer.log.reader.DovecotSubmission}, as in every other relay's log.
 */
package org.whosent.indexer.log.dovecot;

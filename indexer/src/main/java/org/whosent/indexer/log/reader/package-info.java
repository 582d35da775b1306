/**
 * What readers of several servers share: their bases ({@link SyslogReader} behind syslog headers,
 * {@link StampedReader} where each line has a whole stamp, {@link JsonFields} for JSON), bounded
 * tables of sessions, what is kept of a failed login and of a next hop's reply.
 *
 * <p>{@link DovecotSubmission} is here, and not in {@code dovecot}, since that service writes into
 * the log of whichever server relays for it: the readers of Postfix, Exim, Sendmail and OpenSMTPD
 * hand it those lines.
 */
package org.whosent.indexer.log.reader;

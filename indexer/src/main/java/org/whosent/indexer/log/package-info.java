/**
 * Log formats: how a line becomes facts. This package has what a format must do and what it is
 * given, which is all that the rest of the program needs to know of one; {@link
 * org.whosent.indexer.log.formats.LogSources} lists the formats. Readers, and the code that joins
 * their facts, remember messages in the {@link MessageTable}.
 *
 * <p>Every server has a package of its own, entered by its {@code …Source}. What they share is in
 * {@code text} (bytes and encodings), {@code framing} (syslog's headers and time stamps) and {@code
 * reader} (bases of readers, what they remember, and Dovecot's submission service). {@code
 * collector} removes what a log collector has put around a line. Dependencies point one way; a test
 * checks that.
 */
package org.whosent.indexer.log;

/**
 * Log formats: how a line becomes facts. Here is what a format owes and what it is given, all that
 * the rest of the program needs to know of one; which there are says {@link
 * org.whosent.indexer.log.formats.LogSources}. The {@link MessageTable} is what readers and who
 * joins their facts remember messages in.
 *
 * <p>Every server has a package of its own, with its {@code …Source} as the door. What they share
 * lies below: {@code text} (bytes and encodings), {@code framing} (syslog's headers and stamps),
 * {@code reader} (bases of readers, what they remember, and Dovecot's submission service). {@code
 * collector} takes off what stands around a line. Arrows point one way, which a test keeps.
 */
package org.whosent.indexer.log;

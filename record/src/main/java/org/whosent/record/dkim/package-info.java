/**
 * DKIM signatures (RFC 6376) as evidence: which of a message's signatures our own servers made.
 *
 * <p>Only what a trace needs: signatures whose {@code d=} is a domain of ours, checked against the
 * keys that {@code site.yaml} lists, past ones too, since a complaint is older than the key in use.
 * Written here and not taken from a library, because a trace verifies what mail servers do not:
 * headers without their body (the header hash alone, the body hash compared with a record's
 * digest), copies whose line ends a mail store changed, and signatures of years ago, whose {@code
 * x=} is long past. The cryptography is the JDK's.
 */
package org.whosent.record.dkim;

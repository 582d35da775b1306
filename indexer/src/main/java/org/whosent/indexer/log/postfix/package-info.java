/**
 * Postfix behind syslog headers: {@link PostfixReader} follows a message from its client to its
 * removal, through filters and requeueing. Most lines are told from each other, and passed over,
 * before a text is made of them.
 */
package org.whosent.indexer.log.postfix;

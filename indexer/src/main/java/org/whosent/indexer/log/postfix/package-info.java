/**
 * Postfix behind syslog headers: {@link PostfixReader} follows a message from its client to its
 * removal, through filters and requeueing. Most lines are recognised by their bytes, and skipped if
 * they tell nothing, before a text is made of them.
 */
package org.whosent.indexer.log.postfix;

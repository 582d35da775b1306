/**
 * Apache James, as JSON: its audit trail ({@link org.whosent.indexer.log.james.JamesReader}) and
 * its server's own log, which tells remote deliveries.
 */
package org.whosent.indexer.log.james;

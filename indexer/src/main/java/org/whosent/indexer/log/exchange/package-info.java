/**
 * Microsoft Exchange: message tracking, as files or as PowerShell exports it, and the receive
 * connectors' protocol log, which has the logins. All are CSV, whose columns the file names itself.
 */
package org.whosent.indexer.log.exchange;

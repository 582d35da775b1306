/**
 * Exim's main log, in its own file or through syslog, where it may cut lines to pieces. {@link
 * org.whosent.indexer.log.exim.EximReader} reads arrivals and deliveries by Exim's own grammar, on
 * bytes; a line that reads in two ways names nobody.
 */
package org.whosent.indexer.log.exim;

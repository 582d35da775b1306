/**
 * Haraka's log in its three formats, in its own file or behind syslog headers. {@link HarakaReader}
 * also says how a site's plugin has to name the user, since Haraka itself does not.
 */
package org.whosent.indexer.log.haraka;

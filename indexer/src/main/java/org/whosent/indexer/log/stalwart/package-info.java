/**
 * Stalwart's events, as JSON or as text. {@link StalwartReader} joins what a session said of the
 * login with the message that was queued in it.
 */
package org.whosent.indexer.log.stalwart;

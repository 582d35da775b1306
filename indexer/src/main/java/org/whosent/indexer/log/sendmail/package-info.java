/**
 * Sendmail behind syslog headers: {@link SendmailReader} joins the lines of a message ({@code
 * from=}, {@code to=}) with the login of its session, over the queues of the submission program and
 * of the MTA.
 */
package org.whosent.indexer.log.sendmail;

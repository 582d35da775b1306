/**
 * OpenSMTPD behind syslog headers: {@link OpenSmtpdReader} reads envelopes and deliveries, and what
 * their sessions say of login, client and TLS.
 */
package org.whosent.indexer.log.opensmtpd;

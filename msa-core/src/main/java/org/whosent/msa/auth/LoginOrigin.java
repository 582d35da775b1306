package org.whosent.msa.auth;

import java.net.InetAddress;

/**
 * Where a login comes from, for user stores that ask. Immutable.
 *
 * @param service submission, submissions or smtp
 * @param tls true when the connection is under TLS
 */
public record LoginOrigin(String service, InetAddress client, int port, boolean tls) {}

/** The server's certificate and key: read from PEM files, or made self-signed. */
package org.whosent.msa.tls;

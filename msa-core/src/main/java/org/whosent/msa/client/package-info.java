/** A small SMTP client (RFC 5321) for handing mail to the next hop. */
package org.whosent.msa.client;

/** Keys of DKIM signatures from the DNS, where the operator allows it. */
package org.whosent.query.dns;

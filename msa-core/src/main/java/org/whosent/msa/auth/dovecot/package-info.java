/** Users that a Dovecot on the same machine knows. */
package org.whosent.msa.auth.dovecot;

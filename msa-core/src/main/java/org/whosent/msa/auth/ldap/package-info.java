/** Users in an LDAP directory. */
package org.whosent.msa.auth.ldap;

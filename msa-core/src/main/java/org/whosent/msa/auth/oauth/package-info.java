/** Access tokens: signed ones (JWT), and those whose issuer is asked (introspection). */
package org.whosent.msa.auth.oauth;

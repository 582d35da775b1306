package org.whosent.msa.auth.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.util.ssl.SSLSocketVerifier;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.whosent.msa.tls.CertificateNames;

/**
 * Asks that the directory server's certificate names the host that was meant. Stateless,
 * thread-safe.
 *
 * <p>The library's own verifier takes an address for whatever name it resolves to, which whoever
 * has that part of the DNS could choose.
 */
final class DirectoryHost extends SSLSocketVerifier {
  @Override
  public void verifySSLSocket(String host, int port, SSLSocket socket) throws LDAPException {
    try {
      X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      if (!CertificateNames.contain(certificate, host)) {
        throw new LDAPException(
            ResultCode.CONNECT_ERROR, "the certificate of " + host + " does not name it");
      }
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      throw new LDAPException(ResultCode.CONNECT_ERROR, "the certificate of " + host + ": " + e, e);
    }
  }
}

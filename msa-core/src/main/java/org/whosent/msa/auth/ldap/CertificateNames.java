package org.whosent.msa.auth.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.util.ssl.SSLSocketVerifier;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.whosent.record.Addresses;

/**
 * Asks that the server's certificate names the host that was meant (RFC 9525): in its subject
 * alternative names, as a DNS name with at most one whole label left open, or as the very address.
 * Stateless, thread-safe.
 *
 * <p>The library's own verifier takes an address for whatever name it resolves to, which whoever
 * has that part of the DNS could choose.
 */
final class CertificateNames extends SSLSocketVerifier {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  @Override
  public void verifySSLSocket(String host, int port, SSLSocket socket) throws LDAPException {
    try {
      X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      if (!names(certificate, host)) {
        throw new LDAPException(
            ResultCode.CONNECT_ERROR, "the certificate of " + host + " does not name it");
      }
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      throw new LDAPException(ResultCode.CONNECT_ERROR, "the certificate of " + host + ": " + e, e);
    }
  }

  static boolean names(X509Certificate certificate, String host)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      return false;
    }
    Optional<InetAddress> address = Addresses.parse(host);
    return names.stream()
        .anyMatch(
            name -> {
              int kind = (Integer) name.get(0);
              if (address.isPresent()) {
                return kind == IP_ADDRESS && Addresses.parse((String) name.get(1)).equals(address);
              }
              return kind == DNS_NAME && matches((String) name.get(1), host);
            });
  }

  private static boolean matches(String pattern, String host) {
    String name = host.toLowerCase(Locale.ROOT);
    String wanted = pattern.toLowerCase(Locale.ROOT);
    if (!wanted.startsWith("*.")) {
      return wanted.equals(name);
    }
    int dot = name.indexOf('.');
    // "*.org" would name every domain there.
    return dot > 0 && wanted.indexOf('.', 2) > 0 && wanted.substring(1).equals(name.substring(dot));
  }
}

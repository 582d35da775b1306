package org.whosent.msa.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.whosent.record.Addresses;

/**
 * Whether a certificate names a host (RFC 9525): in its subject alternative names, as a DNS name
 * with at most one whole label left open, or as the very address. The common name does not count.
 * Stateless, thread-safe.
 */
public final class CertificateNames {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private CertificateNames() {}

  /**
   * Whether it names this host.
   *
   * @param host a DNS name, in any case, or the literal of an address
   * @throws CertificateParsingException when its names cannot be read
   */
  public static boolean contain(X509Certificate certificate, String host)
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

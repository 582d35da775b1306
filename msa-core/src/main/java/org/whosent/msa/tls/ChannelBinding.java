package org.whosent.msa.tls;

import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLSession;

/**
 * The channel binding {@code tls-exporter} (RFC 9266): octets that only the two ends of one TLS
 * connection know, so that a login bound to them is of no use on another. Stateless, thread-safe.
 */
public final class ChannelBinding {
  private static final String LABEL = "EXPORTER-Channel-Binding";
  private static final int LENGTH = 32;

  private ChannelBinding() {}

  /**
   * The binding of a connection; empty where there is none. RFC 9266 section 4.2 asks for TLS 1.3,
   * or for TLS 1.2 with the extended master secret, without which a man in the middle can make two
   * connections alike; the JDK refuses to export without it.
   */
  public static Optional<byte[]> of(SSLSession session) {
    if (!(session instanceof ExtendedSSLSession extended)) {
      return Optional.empty();
    }
    try {
      return Optional.of(extended.exportKeyingMaterialData(LABEL, new byte[0], LENGTH));
    } catch (SSLKeyException | UnsupportedOperationException | IllegalStateException e) {
      return Optional.empty();
    }
  }
}

package org.whosent.msa.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Whom clients are counted by: the IPv4 address, or the IPv6 /64, since who has one address there
 * has them all. Immutable.
 *
 * @param bits the address's leading bits
 */
public record ClientNetwork(boolean six, long bits) {
  public static ClientNetwork of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    boolean six = address instanceof Inet6Address;
    return new ClientNetwork(six, six ? bytes.getLong() : bytes.getInt());
  }
}

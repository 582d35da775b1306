package org.whosent.msa;

import java.net.InetAddress;
import java.util.Optional;
import org.whosent.record.Addresses;

/**
 * A range of IP addresses, {@code 10.0.0.0/8} or {@code 2001:db8::/32}. Immutable. Bits beyond the
 * prefix are not looked at; an IPv4-mapped IPv6 address is the IPv4 address.
 */
public final class AddressRange {
  private final byte[] address;
  private final int bits;

  private AddressRange(byte[] address, int bits) {
    this.address = address;
    this.bits = bits;
  }

  /** Reads {@code ADDRESS} or {@code ADDRESS/BITS}; empty for anything else. */
  public static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text.strip() : text.substring(0, slash).strip();
    return Addresses.parse(literal)
        .map(InetAddress::getAddress)
        .flatMap(
            bytes -> {
              int most = bytes.length * 8;
              if (slash < 0) {
                return Optional.of(new AddressRange(bytes, most));
              }
              String length = text.substring(slash + 1).strip();
              if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > most) {
                return Optional.empty();
              }
              return Optional.of(new AddressRange(bytes, Integer.parseInt(length)));
            });
  }

  /** True when the address lies in the range. */
  public boolean contains(InetAddress candidate) {
    byte[] other = candidate.getAddress();
    if (other.length != address.length) {
      return false;
    }
    for (int i = 0; i < bits; i += 8) {
      int mask = bits - i >= 8 ? 0xff : 0xff << (8 - (bits - i)) & 0xff;
      if (((other[i / 8] ^ address[i / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}

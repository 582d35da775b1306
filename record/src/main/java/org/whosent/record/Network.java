package org.whosent.record;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An address or a CIDR block (RFC 4632, RFC 4291 section 2.3). Immutable.
 *
 * @param address the block's address, 4 or 16 bytes
 * @param prefix leading bits that count
 */
public record Network(InetAddress address, int prefix) {

  /** Reads {@code 192.0.2.7}, {@code 192.0.2.0/24} or {@code 2001:db8::/32}; else empty. */
  public static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int bits = address.get().getAddress().length * 8;
    if (slash < 0) {
      return Optional.of(new Network(address.get(), bits));
    }
    String prefix = text.substring(slash + 1);
    if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > bits) {
      return Optional.empty();
    }
    return Optional.of(new Network(address.get(), Integer.parseInt(prefix)));
  }

  /** True when the literal lies in the block; false for anything that is no address. */
  public boolean contains(String literal) {
    return Addresses.parse(literal).filter(this::contains).isPresent();
  }

  /** True when the address lies in the block. */
  public boolean contains(InetAddress other) {
    byte[] ours = address.getAddress();
    byte[] theirs = other.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit & 7);
      if (((ours[bit >> 3] ^ theirs[bit >> 3]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return Addresses.format(address) + "/" + prefix;
  }
}

package org.whosent.record;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text. Never asks a name server: only literals are read. Stateless. */
public final class Addresses {
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  private Addresses() {}

  /**
   * The address that a literal names: dotted IPv4, or IPv6 with or without RFC 5321's {@code IPv6:}
   * before it. An IPv4-mapped address (RFC 4291 section 2.5.5.2) is the IPv4 address. Empty for
   * anything else, among them zone IDs and octal or short IPv4 forms.
   */
  public static Optional<InetAddress> parse(String text) {
    String bare = text.regionMatches(true, 0, "IPv6:", 0, 5) ? text.substring(5) : text;
    if (bare.indexOf(':') < 0) {
      return four(bare); // a log has one or two a line: worth its own reading
    }
    if (!IPV6.matcher(bare).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** True for dotted IPv4 as {@link #parse} reads it. */
  public static boolean isFour(String text) {
    return fourBits(text) >= 0;
  }

  private static Optional<InetAddress> four(String text) {
    long bits = fourBits(text);
    if (bits < 0) {
      return Optional.empty();
    }
    byte[] address = {
      (byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits,
    };
    try {
      return Optional.of(InetAddress.getByAddress(address));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // thrown for another number of bytes only
    }
  }

  /** Four decimal numbers, none above 255 or with a zero before it, as one; else -1. */
  private static long fourBits(String text) {
    int length = text.length();
    int at = 0;
    long bits = 0;
    for (int part = 0; part < 4; part++) {
      int start = at;
      int value = 0;
      while (at < length && at < start + 3 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        value = value * 10 + text.charAt(at++) - '0';
      }
      boolean padded = at > start + 1 && text.charAt(start) == '0';
      boolean ends = part == 3 ? at == length : at < length && text.charAt(at) == '.';
      if (at == start || padded || value > 255 || !ends) {
        return -1;
      }
      bits = bits << 8 | value;
      at++;
    }
    return bits;
  }

  /**
   * True for an address of this very machine: 127.0.0.0/8 or ::1 (RFC 6890). A host name is none,
   * however it begins, and nor is null.
   */
  public static boolean isLoopback(String text) {
    if (text == null) {
      return false;
    }
    if (text.indexOf(':') < 0) {
      return fourBits(text) >>> 24 == 127; // a log has one or two a line
    }
    return parse(text).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** Dotted IPv4, or IPv6 in the form of RFC 5952: lower case, the longest run of zeros cut. */
  public static String format(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int bestStart = -1;
    int bestLength = 1; // a single zero group is not cut (section 4.2.2)
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && groups[i + length] == 0) {
        length++;
      }
      if (length > bestLength) {
        bestStart = i;
        bestLength = length;
      }
    }
    StringBuilder out = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        out.append("::");
        i += bestLength - 1;
      } else {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
          out.append(':');
        }
        out.append(Integer.toHexString(groups[i]));
      }
    }
    return out.toString();
  }

  /** The canonical text of a literal; any other text unchanged. */
  public static String canonical(String text) {
    if (text.indexOf(':') < 0) {
      return text; // dotted IPv4 has one form only
    }
    return parse(text).map(Addresses::format).orElse(text);
  }
}

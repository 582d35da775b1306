package org.whosent.indexer.store.segment.column;

import java.util.Base64;
import java.util.HexFormat;
import org.whosent.indexer.store.bytes.Bytes;

/**
 * Texts that are really bytes, as those bytes: only where the very same text comes back. Stateless.
 */
enum Packing {
  /** Absent. */
  NONE,
  /** As it is. */
  PLAIN,
  /** Lower-case hex digits. */
  HEX,
  /** base64url without padding. */
  BASE64,
  /** A dotted IPv4 address. */
  IPV4,
  /** One of the column's {@link Numerals}; only in sealed segments, from format 4 on. */
  NUMBER;

  static final Packing[] ALL = values();

  private static final int LEAST_HEX = 8;
  private static final int LEAST_BASE64 = 40;
  private static final HexFormat HEX_DIGITS = HexFormat.of();
  private static final byte[] HEX_VALUES = table("0123456789abcdef");
  private static final byte[] BASE64_VALUES =
      table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

  private static byte[] table(String digits) {
    byte[] values = new byte[128];
    java.util.Arrays.fill(values, (byte) -1);
    for (byte i = 0; i < digits.length(); i++) {
      values[digits.charAt(i)] = i;
    }
    return values;
  }

  /** True for bytes that no compression makes smaller. */
  boolean isRandom() {
    return this == HEX || this == BASE64;
  }

  /**
   * Packs a text in the way that makes it smallest.
   *
   * @param heap takes it, or
   * @param raw takes it when it {@link #isRandom}
   */
  static Packing pack(String text, Bytes heap, Bytes raw) {
    int length = text.length();
    if (length >= LEAST_HEX && length % 2 == 0 && hex(text, raw)) {
      return HEX;
    }
    if (length >= LEAST_BASE64 && base64(text, raw)) {
      return BASE64;
    }
    if (length >= 7 && length <= 15 && ipv4(text, heap)) {
      return IPV4;
    }
    heap.put(text);
    return PLAIN;
  }

  /** Puts the bytes that hex digits say; false, and nothing there, where they are none. */
  private static boolean hex(String text, Bytes out) {
    int before = out.length;
    int at = out.take(text.length() / 2);
    for (int i = 0; i < text.length(); i += 2) {
      int value = digit(HEX_VALUES, text.charAt(i)) << 4 | digit(HEX_VALUES, text.charAt(i + 1));
      if (value < 0) {
        out.length = before;
        return false;
      }
      out.array[at++] = (byte) value;
    }
    return true;
  }

  /** The same for base64url without padding, only as an encoder writes it. */
  private static boolean base64(String text, Bytes out) {
    int rest = text.length() % 4;
    if (rest == 1) {
      return false;
    }
    int before = out.length;
    int at = out.take(text.length() * 3 / 4);
    int bits = 0;
    int have = 0;
    for (int i = 0; i < text.length(); i++) {
      int value = digit(BASE64_VALUES, text.charAt(i));
      if (value < 0) {
        out.length = before;
        return false;
      }
      bits = bits << 6 | value;
      have += 6;
      if (have >= 8) {
        have -= 8;
        out.array[at++] = (byte) (bits >>> have);
      }
    }
    if ((bits & (1 << have) - 1) != 0) {
      out.length = before; // bits beyond the last byte are zero in what an encoder writes
      return false;
    }
    return true;
  }

  private static int digit(byte[] values, char c) {
    return c < values.length ? values[c] : -1;
  }

  /** The same for the four bytes of an address that is written in the one canonical way. */
  private static boolean ipv4(String text, Bytes out) {
    int address = 0;
    int parts = 0;
    int value = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '.' : text.charAt(i);
      if (c == '.') {
        if (value < 0 || parts++ == 4) {
          return false;
        }
        address = address << 8 | value;
        value = -1;
      } else if (c < '0' || c > '9' || value == 0) {
        return false;
      } else {
        value = Math.max(value, 0) * 10 + c - '0';
        if (value > 255) {
          return false;
        }
      }
    }
    if (parts != 4) {
      return false;
    }
    out.number(address, 4);
    return true;
  }

  String unpack(byte[] bytes, int from, int length) {
    return switch (this) {
      case HEX -> HEX_DIGITS.formatHex(bytes, from, from + length);
      case BASE64 -> base64(bytes, from, length);
      case IPV4 ->
          (bytes[from] & 0xff)
              + "."
              + (bytes[from + 1] & 0xff)
              + "."
              + (bytes[from + 2] & 0xff)
              + "."
              + (bytes[from + 3] & 0xff);
      case NONE, PLAIN, NUMBER ->
          new String(bytes, from, length, java.nio.charset.StandardCharsets.UTF_8);
    };
  }

  private static String base64(byte[] bytes, int from, int length) {
    byte[] part = java.util.Arrays.copyOfRange(bytes, from, from + length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(part);
  }
}

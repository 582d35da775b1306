package org.whosent.indexer.store.segment;

import java.util.Base64;
import java.util.HexFormat;

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
  IPV4;

  static final Packing[] ALL = values();

  private static final int LEAST_HEX = 8;
  private static final int LEAST_BASE64 = 40;
  private static final HexFormat HEX_DIGITS = HexFormat.of();

  /** True for bytes that no compression makes smaller. */
  boolean isRandom() {
    return this == HEX || this == BASE64;
  }

  static Packing of(String text) {
    int length = text.length();
    if (length >= LEAST_HEX && length % 2 == 0 && isHex(text)) {
      return HEX;
    }
    if (length >= LEAST_BASE64 && isBase64(text)) {
      return BASE64;
    }
    return length >= 7 && length <= 15 && ipv4(text) != null ? IPV4 : PLAIN;
  }

  void pack(String text, Bytes out) {
    switch (this) {
      case HEX -> {
        for (int i = 0; i < text.length(); i += 2) {
          out.put(hex(text.charAt(i)) << 4 | hex(text.charAt(i + 1)));
        }
      }
      case BASE64 -> base64(text, out);
      case IPV4 -> out.put(ipv4(text));
      case NONE, PLAIN -> out.put(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  private static int hex(char c) {
    return c <= '9' ? c - '0' : c - 'a' + 10;
  }

  private static void base64(String text, Bytes out) {
    int bits = 0;
    int have = 0;
    for (int i = 0; i < text.length(); i++) {
      bits = bits << 6 | digit(text.charAt(i));
      have += 6;
      if (have >= 8) {
        have -= 8;
        out.put(bits >>> have);
      }
    }
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
      case NONE, PLAIN -> new String(bytes, from, length, java.nio.charset.StandardCharsets.UTF_8);
    };
  }

  private static String base64(byte[] bytes, int from, int length) {
    byte[] part = java.util.Arrays.copyOfRange(bytes, from, from + length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(part);
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBase64(String text) {
    int rest = text.length() % 4;
    if (rest == 1) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (digit(text.charAt(i)) < 0) {
        return false;
      }
    }
    // Bits beyond the last byte are zero in what an encoder writes.
    int last = digit(text.charAt(text.length() - 1));
    return rest == 0 || (rest == 2 ? last & 0xf : last & 0x3) == 0;
  }

  private static int digit(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
  }

  /** The four bytes, or null when it is not written in the one canonical way. */
  private static byte[] ipv4(String text) {
    byte[] address = new byte[4];
    int part = 0;
    int value = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '.' : text.charAt(i);
      if (c == '.') {
        if (value < 0 || part == 4) {
          return null;
        }
        address[part++] = (byte) value;
        value = -1;
      } else if (c < '0' || c > '9' || value == 0) {
        return null;
      } else {
        value = Math.max(value, 0) * 10 + c - '0';
        if (value > 255) {
          return null;
        }
      }
    }
    return part == 4 ? address : null;
  }
}

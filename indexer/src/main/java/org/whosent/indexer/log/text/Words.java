package org.whosent.indexer.log.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.whosent.record.Addresses;

/**
 * One and the same text for the words that come again in every other line: hosts, programs, process
 * IDs, and what delivery lines repeat. Such a text knows its hash, and equals itself at once.
 * Bounded: a word takes the place of the one that was there, so whoever writes ever new words gains
 * nothing. Not thread-safe.
 */
public final class Words {
  private static final int SLOTS = 1 << 10;

  /** To begin with: one line, of which only its format is asked, has few words. */
  private static final int FEW = 1 << 3;

  private static final int LONGEST = 128;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** An odd number whose bits look like chance: what differs in any byte differs in the slot. */
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private byte[][] bytes = new byte[FEW][];
  private String[] texts = new String[FEW];
  private String[] parts = new String[FEW];
  private int added;

  /** The canonical form of the last IPv6 addresses: it takes longer than reading the line. */
  private final Map<String, String> addresses = new HashMap<>();

  /** The text of these bytes, read as UTF-8. */
  public String of(byte[] line, int from, int to) {
    if (to - from > LONGEST) {
      return new String(line, from, to - from, StandardCharsets.UTF_8);
    }
    int slot = slot(hash(line, from, to));
    byte[] known = bytes[slot];
    if (known != null && known.length == to - from && stands(known, line, from)) {
      return texts[slot];
    }
    String text = new String(line, from, to - from, StandardCharsets.UTF_8);
    bytes[slot] = Arrays.copyOfRange(line, from, to);
    texts[slot] = text;
    added();
    return text;
  }

  /** Of eight bytes at a time; the last eight may overlap those before. */
  private static int hash(byte[] line, int from, int to) {
    long hash = to - from;
    int last = to - Long.BYTES;
    if (last >= from) {
      for (int i = from; i < last; i += Long.BYTES) {
        hash = mix(hash, (long) LONGS.get(line, i));
      }
      hash = mix(hash, (long) LONGS.get(line, last));
    } else {
      for (int i = from; i < to; i++) {
        hash = hash << 8 ^ line[i];
      }
      hash = mix(0, hash);
    }
    return (int) (hash >>> 32);
  }

  /** True when the word stands there, where there are as many bytes. */
  private static boolean stands(byte[] word, byte[] line, int from) {
    int last = word.length - Long.BYTES;
    for (int i = 0; i < last; i += Long.BYTES) {
      if ((long) LONGS.get(word, i) != (long) LONGS.get(line, from + i)) {
        return false;
      }
    }
    if (last >= 0) {
      return (long) LONGS.get(word, last) == (long) LONGS.get(line, from + last);
    }
    for (int i = 0; i < word.length; i++) {
      if (word[i] != line[from + i]) {
        return false;
      }
    }
    return true;
  }

  private static long mix(long hash, long bytes) {
    long mixed = (hash ^ bytes) * MIX;
    return mixed ^ mixed >>> 32;
  }

  private int slot(int hash) {
    return (hash ^ hash >>> 10 ^ hash >>> 20) & texts.length - 1;
  }

  /** What was known is forgotten when the tables grow: it is few words, and they come again. */
  private void added() {
    if (++added == FEW) {
      bytes = new byte[SLOTS][];
      texts = new String[SLOTS];
      parts = new String[SLOTS];
    }
  }

  /** The same for a part of a text. */
  public String of(String text, int from, int to) {
    if (to - from > LONGEST) {
      return text.substring(from, to);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    int slot = slot(hash);
    String known = parts[slot];
    if (known != null
        && known.length() == to - from
        && known.regionMatches(0, text, from, to - from)) {
      return known;
    }
    String part = text.substring(from, to);
    parts[slot] = part;
    added();
    return part;
  }

  /** {@link Addresses#canonical} of an address that comes again in other lines. */
  public String canonical(String address) {
    if (address.indexOf(':') < 0) {
      return address; // dotted IPv4 has one form only
    }
    String known = addresses.get(address);
    if (known == null) {
      if (addresses.size() >= SLOTS) {
        addresses.clear();
      }
      known = Addresses.canonical(address);
      addresses.put(address, known);
    }
    return known;
  }
}

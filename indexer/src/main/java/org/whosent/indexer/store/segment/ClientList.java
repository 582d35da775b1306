package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * Every client of a segment once, in order: each less what it has in common with the one before.
 * Not thread-safe.
 */
final class ClientList {
  private final Cursor in;
  private int left;
  private byte[] text = new byte[64];

  /**
   * Reads such a list.
   *
   * @throws IOException when it ends early
   */
  ClientList(byte[] list) throws IOException {
    in = new Cursor(list);
    left = in.count(list.length);
  }

  /** The bytes of such a list. */
  static byte[] write(Collection<String> clients) {
    String[] sorted = clients.toArray(String[]::new);
    Arrays.sort(sorted);
    Bytes out = new Bytes(1024).varint(sorted.length);
    byte[] before = new byte[0];
    for (String client : sorted) {
      byte[] bytes = client.getBytes(StandardCharsets.UTF_8);
      int common = Arrays.mismatch(before, bytes);
      int shared = common < 0 ? bytes.length : common;
      out.varint(shared).varint(bytes.length - shared).put(bytes, shared, bytes.length - shared);
      before = bytes;
    }
    return out.toArray();
  }

  /** The next client, or null at the end. */
  String next() throws IOException {
    if (left == 0) {
      return null;
    }
    left--;
    int shared = in.count(text.length);
    int more = in.count(in.array.length);
    if (shared + more > text.length) {
      text = Arrays.copyOf(text, (shared + more) * 2);
    }
    System.arraycopy(in.array, in.skip(more), text, shared, more);
    return new String(text, 0, shared + more, StandardCharsets.UTF_8);
  }
}

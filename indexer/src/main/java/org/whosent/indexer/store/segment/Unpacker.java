package org.whosent.indexer.store.segment;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;

/**
 * Unpacks zstd frames of many files, each with a dictionary of its own or none. A view has one for
 * all its segments: what zstd works in are some hundred kilobytes, and with one for each of sixty
 * files they would have left the processor's caches before they are used again. It may be used
 * again after it was closed. Not thread-safe.
 */
final class Unpacker implements Closeable {
  private ZstdDecompressCtx plain;
  private ZstdDecompressCtx withDictionary;
  private ZstdDictDecompress last;

  /**
   * Unpacks a frame into all of {@code unpacked}.
   *
   * @param dictionary what it was packed with, or null
   * @return false when it is no such frame, or has another length
   */
  boolean unpack(
      byte[] packed, int from, int length, byte[] unpacked, ZstdDictDecompress dictionary) {
    try {
      ZstdDecompressCtx zstd = dictionary == null ? plain() : with(dictionary);
      return zstd.decompressByteArray(unpacked, 0, unpacked.length, packed, from, length)
          == unpacked.length;
    } catch (ZstdException _) {
      return false;
    }
  }

  private ZstdDecompressCtx plain() {
    if (plain == null) {
      plain = new ZstdDecompressCtx();
    }
    return plain;
  }

  private ZstdDecompressCtx with(ZstdDictDecompress dictionary) {
    if (withDictionary == null) {
      withDictionary = new ZstdDecompressCtx();
    }
    if (last != dictionary) {
      last = null;
      withDictionary.loadDict(dictionary);
      last = dictionary;
    }
    return withDictionary;
  }

  /** Must be called before a dictionary is closed. */
  void forget(ZstdDictDecompress dictionary) {
    if (last == dictionary) {
      close();
    }
  }

  @Override
  public void close() {
    last = null;
    if (plain != null) {
      plain.close();
      plain = null;
    }
    if (withDictionary != null) {
      withDictionary.close();
      withDictionary = null;
    }
  }
}

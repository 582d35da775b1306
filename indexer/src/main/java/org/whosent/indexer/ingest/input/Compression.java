package org.whosent.indexer.ingest.input;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Opens rotated logs, recognised by their first bytes whatever the name says: gzip (also several
 * members one after the other), bzip2, xz, Zstandard, UTF-16, the journal's export and verbose
 * output, JSON over many lines or as a query's answer, a search's CSV, batches of records, frames,
 * or plain. Memory is bounded whatever the file claims to need, and so is what comes out of it:
 * past {@link #FREE_BYTES}, more than {@link #MOST_TIMES} times what went in ends with an
 * exception.
 */
public enum Compression {
  NONE,
  GZIP(0x1f, 0x8b),
  BZIP2('B', 'Z', 'h'),
  XZ(0xfd, '7', 'z', 'X', 'Z', 0),
  ZSTD(0x28, 0xb5, 0x2f, 0xfd),
  /** No compression, but read in the same way: Windows' exports, by their byte order mark. */
  UTF16LE(0xff, 0xfe),
  UTF16BE(0xfe, 0xff),
  /** No compression either: {@code journalctl -o export}, whose entries begin with this field. */
  JOURNAL_EXPORT('_', '_', 'C', 'U', 'R', 'S', 'O', 'R', '='),
  /** Nor this: {@code journalctl -o verbose}. */
  JOURNAL_VERBOSE {
    @Override
    boolean matches(byte[] head, int length) {
      return JournalVerboseStream.isAhead(head, length);
    }
  },
  /** Nor this: documents of JSON that are spread over lines. */
  JSON_DOCUMENTS {
    @Override
    boolean matches(byte[] head, int length) {
      return JsonDocumentStream.isAhead(head, length);
    }
  },
  /** Nor this: a search exported as CSV, whose cells may hold line feeds. */
  CSV {
    @Override
    boolean matches(byte[] head, int length) {
      return CsvDocumentStream.isAhead(head, length);
    }
  },
  /** Nor this: logs as Grafana gives them as text. */
  GRAFANA_TEXT {
    @Override
    boolean matches(byte[] head, int length) {
      return GrafanaTextStream.isAhead(head, length);
    }
  },
  /** Nor this: batches of log records of the OpenTelemetry Collector's. */
  OPEN_TELEMETRY {
    @Override
    boolean matches(byte[] head, int length) {
      return OpenTelemetryStream.isAhead(head, length);
    }
  },
  /** Nor this: Stalwart's log with an event over many lines. */
  STALWART_EVENTS {
    @Override
    boolean matches(byte[] head, int length) {
      return StalwartEventsStream.isAhead(head, length);
    }
  },
  /** Nor these: what came over TCP in frames that say their length, or that a zero byte ends. */
  COUNTED_FRAMES {
    @Override
    boolean matches(byte[] head, int length) {
      return FramedStream.isAhead(head, length);
    }
  },
  ZERO_ENDED_FRAMES {
    @Override
    boolean matches(byte[] head, int length) {
      return ZeroEndedStream.isAhead(head, length);
    }
  };

  /** So many first bytes tell; of text only those of the first line. */
  static final int HEAD = 4096;

  /** So many of what is no text. */
  private static final int MAGIC = 9;

  /** No log compresses better than this; a bomb does. */
  static final long MOST_TIMES = 2000;

  /** So much may come out of however little. */
  static final long FREE_BYTES = 64L << 20;

  /**
   * So many bytes are decompressed at once. Where data ends too early, what a decompressor had of a
   * read before it met the end is lost.
   */
  private static final int READ = 1 << 12;

  private static final String CUT_OFF = "the compressed data is cut off, or still being written";

  private static final int XZ_MEMORY_KIBIBYTES = 128 << 10;
  private static final int ZSTD_WINDOW_LOG = 27;

  private final int[] magic;

  Compression(int... magic) {
    this.magic = magic;
  }

  /** What these first bytes of a file say. */
  static Compression of(byte[] head, int length) {
    for (Compression compression : values()) {
      if (compression != NONE && compression.matches(head, length)) {
        return compression;
      }
    }
    return NONE;
  }

  boolean matches(byte[] head, int length) {
    if (length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** The content, recognised and decompressed; what was compressed may be another encoding. */
  public static InputStream open(InputStream file) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(file, 1 << 16);
    Compression compression = next(buffered);
    if (compression == NONE) {
      return buffered;
    }
    Counting in = new Counting(buffered);
    try {
      InputStream content = compression.decompress(in);
      boolean isText = compression.isEncoding() && !compression.isUtf16();
      return new Guarded(isText ? content : new Decoded(new Decompressed(content, in)), in);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      buffered.close();
      throw new IOException(
          in.ended ? CUT_OFF : "broken " + compression.name().toLowerCase(Locale.ROOT) + " data",
          e);
    }
  }

  /**
   * What gzip, bzip2, xz or Zstandard packed, as it is; the file itself where none did.
   *
   * @throws IOException when the data is broken from its beginning
   */
  public static InputStream unpacked(InputStream file) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(file, 1 << 16);
    Compression compression = next(buffered);
    if (compression == NONE || compression.isEncoding()) {
      return buffered;
    }
    Counting in = new Counting(buffered);
    try {
      return new Guarded(new Decompressed(compression.decompress(in), in), in);
    } catch (IOException | RuntimeException e) {
      buffered.close();
      throw new IOException("broken " + compression.name().toLowerCase(Locale.ROOT) + " data", e);
    }
  }

  private static Compression next(BufferedInputStream content) throws IOException {
    content.mark(HEAD);
    byte[] head = new byte[HEAD];
    int length = 0;
    // Of a pipe no more is waited for than one line.
    while (length < MAGIC || length < HEAD && head[length - 1] != '\n') {
      int next = content.read();
      if (next < 0) {
        break;
      }
      head[length++] = (byte) next;
    }
    content.reset();
    return of(head, length);
  }

  /** True for what makes a text of bytes, and no bytes of fewer. */
  private boolean isEncoding() {
    return ordinal() >= UTF16LE.ordinal();
  }

  private boolean isUtf16() {
    return this == UTF16LE || this == UTF16BE;
  }

  private InputStream decompress(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GzipMembers(in);
      case UTF16LE -> new Utf16Stream(in, StandardCharsets.UTF_16LE);
      case UTF16BE -> new Utf16Stream(in, StandardCharsets.UTF_16BE);
      case JOURNAL_EXPORT -> new JournalExportStream(in);
      case JOURNAL_VERBOSE -> new JournalVerboseStream(in);
      case JSON_DOCUMENTS -> new JsonDocumentStream(in);
      case CSV -> new CsvDocumentStream(in);
      case GRAFANA_TEXT -> new GrafanaTextStream(in);
      case OPEN_TELEMETRY -> new OpenTelemetryStream(in);
      case STALWART_EVENTS -> new StalwartEventsStream(in);
      case COUNTED_FRAMES -> new FramedStream(in);
      case ZERO_ENDED_FRAMES -> new ZeroEndedStream(in);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ -> new XZInputStream(in, XZ_MEMORY_KIBIBYTES);
      case ZSTD -> {
        ZstdInputStream zstd = new ZstdInputStream(in);
        zstd.setLongMax(ZSTD_WINDOW_LOG);
        yield zstd;
      }
    };
  }

  /** What was decompressed, decoded where it is in another encoding; nothing is read before. */
  private static final class Decoded extends BulkStream {
    private final BufferedInputStream content;
    private InputStream decoded;

    Decoded(InputStream content) {
      this.content = new BufferedInputStream(content, 1 << 16);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (decoded == null) {
        Compression encoding = next(content);
        decoded = encoding.isEncoding() ? encoding.decompress(content) : content;
      }
      return decoded.read(into, offset, length);
    }

    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /** What comes out, little by little; says what is wrong where the compressed data ends early. */
  private static final class Decompressed extends FilterInputStream {
    private final Counting compressed;

    Decompressed(InputStream in, Counting compressed) {
      super(in);
      this.compressed = compressed;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return super.read(into, offset, Math.min(length, READ));
      } catch (IOException e) {
        throw compressed.ended ? new IOException(CUT_OFF, e) : e;
      }
    }
  }

  private static final class Counting extends FilterInputStream {
    long bytes;

    /** There was no more, though it was asked for. */
    boolean ended;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      ended |= read < 0;
      bytes += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      ended |= read < 0;
      bytes += Math.max(0, read);
      return read;
    }
  }

  /** Stops a bomb, and makes an I/O error of whatever a decompressor throws at broken data. */
  private static final class Guarded extends BulkStream {
    private final InputStream in;
    private final Counting compressed;
    private long bytes;

    Guarded(InputStream in, Counting compressed) {
      this.in = in;
      this.compressed = compressed;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read;
      try {
        read = in.read(into, offset, length);
      } catch (UncheckedIOException e) {
        throw e; // not the data's: see PumpedStream.Pause
      } catch (RuntimeException e) {
        throw new IOException("broken compressed data", e);
      }
      bytes += Math.max(0, read);
      if (bytes > FREE_BYTES && bytes / MOST_TIMES > compressed.bytes) {
        throw new IOException(
            "decompresses to more than %d times its size: no log does".formatted(MOST_TIMES));
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}

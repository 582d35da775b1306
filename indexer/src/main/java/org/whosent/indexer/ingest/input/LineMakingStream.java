package org.whosent.indexer.ingest.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.whosent.record.JsonOut;

/**
 * A stream of lines that are made of what another one has, each as soon as it is whole. Not
 * thread-safe.
 */
abstract class LineMakingStream extends BulkStream {
  private static final byte[] NOTHING = new byte[0];

  private final InputStream in;

  /** What was read and not taken yet lies from {@link #at} to {@link #end}. */
  private final byte[] buffer = new byte[1 << 13];

  private int at;
  private int end;
  private boolean ended;
  private byte[] line = NOTHING;
  private int lineAt;

  /** Reads from there, which is the beginning. */
  LineMakingStream(InputStream in) {
    this.in = in;
  }

  @Override
  public final int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!hasLine()) {
      if (at < end) {
        take(buffer[at++]);
      } else if (ended) {
        return -1;
      } else {
        // Nothing is taken from here when this throws: see PumpedStream.Pause.
        int read = in.read(buffer, 0, buffer.length);
        at = 0;
        end = Math.max(0, read);
        if (read < 0) {
          atEnd();
          ended = true;
        }
      }
    }
    int part = Math.min(length, line.length - lineAt);
    System.arraycopy(line, lineAt, into, offset, part);
    lineAt += part;
    return part;
  }

  /** Takes the next byte, with which a line may be whole. */
  abstract void take(byte b) throws IOException;

  /**
   * There is no more; may still give a line.
   *
   * @throws IOException when it must not end here
   */
  abstract void atEnd() throws IOException;

  /** Gives a line, to be read before more is taken. */
  final void give(byte[] bytes) {
    line = bytes;
    lineAt = 0;
  }

  /** A JSON object of texts on a line, in their order; null values are left out. */
  static byte[] line(Map<String, String> fields) {
    String json =
        JsonOut.object(
            false,
            out -> {
              for (Map.Entry<String, String> field : fields.entrySet()) {
                out.text(field.getKey(), field.getValue());
              }
            });
    return (json + '\n').getBytes(StandardCharsets.UTF_8);
  }

  /** Whether some of the line that was given is still to be read. */
  final boolean hasLine() {
    return lineAt < line.length;
  }

  @Override
  public final void close() throws IOException {
    in.close();
  }
}

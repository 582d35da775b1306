package org.whosent.benchmarks.store;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.whosent.query.output.RecordCsv;
import org.whosent.query.output.ResultWriter;

/**
 * Where an export goes: the same CSV for all, of which a sum is kept and nothing else. The last
 * column, where a record came from, is not summed: peers have no provenance. Not thread-safe.
 */
final class Export implements AutoCloseable {
  private final Sum sum = new Sum();
  private final ResultWriter writer = new ResultWriter(sum, "the sum");
  final RecordCsv csv = new RecordCsv(writer);

  /** Of all rows so far. */
  long sum() {
    writer.flush();
    return sum.crc.getValue();
  }

  @Override
  public void close() {
    writer.close();
  }

  private static final class Sum extends OutputStream {
    private final CRC32C crc = new CRC32C();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      int start = from;
      for (int i = from; i < from + length; i++) {
        if (bytes[i] == '\n') {
          line.write(bytes, start, i + 1 - start);
          take();
          start = i + 1;
        }
      }
      line.write(bytes, start, from + length - start);
    }

    private void take() {
      byte[] whole = line.toByteArray();
      int comma = whole.length;
      while (comma > 0 && whole[comma - 1] != ',') {
        comma--;
      }
      crc.update(Arrays.copyOf(whole, comma), 0, comma);
      line.reset();
    }
  }
}

package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.record.SubmissionRecord;

/**
 * The columns that lie in a file of their own, so that they can be dropped whole before the record
 * is: who the client was and what the subject said. Not thread-safe. Public for {@code
 * SegmentWriter} and {@code Block}.
 */
public final class PrivateColumns {
  private final boolean small;
  private final TextColumn client = new TextColumn();
  private final IntColumn clientPort = new IntColumn();
  private final TextColumn clientName = new TextColumn();
  private final TextColumn helo = new TextColumn();
  private final TextColumn subject = new TextColumn();
  private final TextColumn subjectHash = new TextColumn();

  /**
   * Empty ones.
   *
   * @param small as small as can be, as in sealed segments
   */
  public PrivateColumns(boolean small) {
    this.small = small;
  }

  public void add(SubmissionRecord r) {
    client.add(r.client());
    clientPort.addOrNull(r.clientPort());
    clientName.add(r.clientName());
    helo.add(r.helo());
    subject.add(r.subject());
    subjectHash.add(r.subjectHash());
  }

  public void write(Bytes out, Bytes raw) {
    for (Column column :
        new Column[] {client, clientPort, clientName, helo, subject, subjectHash}) {
      column.drainTo(out, raw, small);
    }
  }

  /** The columns as they are read. Not thread-safe. */
  public static final class Reader {
    private final TextColumn.Reader client;
    private final IntColumn.Reader clientPort;
    private final TextColumn.Reader clientName;
    private final TextColumn.Reader helo;
    private final TextColumn.Reader subject;
    private final TextColumn.Reader subjectHash;

    public Reader(byte[] packed, byte[] raw, int rows) throws IOException {
      Cursor in = new Cursor(packed);
      client = new TextColumn.Reader(in, raw, rows);
      clientPort = new IntColumn.Reader(in, raw, rows);
      clientName = new TextColumn.Reader(in, raw, rows);
      helo = new TextColumn.Reader(in, raw, rows);
      subject = new TextColumn.Reader(in, raw, rows);
      subjectHash = new TextColumn.Reader(in, raw, rows);
      if (in.at != packed.length || in.rawAt != raw.length) {
        throw new IOException("more in a block than its columns");
      }
    }

    /** What {@link org.whosent.indexer.store.Detail#COLUMNS} names. */
    public void readColumns(int row, SubmissionRecord.Builder b) throws IOException {
      b.client = client.get(row);
      b.subject = subject.get(row);
    }

    public void read(int row, SubmissionRecord.Builder b) throws IOException {
      b.client = client.get(row);
      b.clientPort = clientPort.isNull(row) ? null : (int) clientPort.get(row);
      b.clientName = clientName.get(row);
      b.helo = helo.get(row);
      b.subject = subject.get(row);
      b.subjectHash = subjectHash.get(row);
    }
  }
}

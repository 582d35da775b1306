package org.whosent.indexer.store.segment.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.Set;
import org.apache.lucene.store.BufferedIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.Lock;

/** A packed file as Lucene's directory, to be read only. Thread-safe; its inputs are not. */
final class PackedDirectory extends Directory {
  private final PackedFile.Reader file;

  PackedDirectory(PackedFile.Reader file) {
    this.file = file;
  }

  @Override
  public String[] listAll() {
    return file.entries().stream().map(PackedFile.Entry::name).sorted().toArray(String[]::new);
  }

  private PackedFile.Entry entry(String name) throws IOException {
    for (PackedFile.Entry entry : file.entries()) {
      if (entry.name().equals(name)) {
        return entry;
      }
    }
    throw new NoSuchFileException(name);
  }

  @Override
  public long fileLength(String name) throws IOException {
    return entry(name).length();
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    return new Input(file, entry(name));
  }

  @Override
  public Set<String> getPendingDeletions() {
    return Set.of();
  }

  @Override
  public void close() {
    // nothing is open
  }

  /** One of its files. */
  private static final class Input extends BufferedIndexInput {
    private final PackedFile.Reader file;
    private final PackedFile.Entry entry;

    Input(PackedFile.Reader file, PackedFile.Entry entry) {
      super(entry.name(), PackedFile.DATA);
      this.file = file;
      this.entry = entry;
    }

    @Override
    protected void readInternal(ByteBuffer into) throws IOException {
      int count = into.remaining();
      long from = getFilePointer();
      if (from + count > entry.length()) {
        throw new java.io.EOFException("read past the end of " + entry.name());
      }
      byte[] bytes = new byte[count];
      file.read(entry.place() + from, bytes, 0, count);
      into.put(bytes);
    }

    @Override
    protected void seekInternal(long position) throws IOException {
      if (position > entry.length()) {
        throw new java.io.EOFException("seek past the end of " + entry.name());
      }
    }

    @Override
    public long length() {
      return entry.length();
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  @Override
  public void deleteFile(String name) {
    throw readOnly();
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) {
    throw readOnly();
  }

  @Override
  public IndexOutput createTempOutput(String prefix, String suffix, IOContext context) {
    throw readOnly();
  }

  @Override
  public void sync(Collection<String> names) {
    throw readOnly();
  }

  @Override
  public void syncMetaData() {
    throw readOnly();
  }

  @Override
  public void rename(String source, String dest) {
    throw readOnly();
  }

  @Override
  public Lock obtainLock(String name) {
    throw readOnly();
  }

  private static UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException("a sealed segment's index is never changed");
  }
}

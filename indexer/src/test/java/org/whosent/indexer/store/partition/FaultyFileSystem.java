package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The machine's files, beneath which the power fails or the disk fills at a chosen operation. After
 * {@link #crash} the pages of files that were never forced are lost, wholly or from some place on,
 * as the seed has it; and nothing can be done any more until {@link #restart}. Names made and
 * removed are taken as kept at once, which is what a journaling file system does in its order.
 * Thread-safe.
 */
final class FaultyFileSystem {
  private final Random random;
  private final FileSystem real;
  private final Files files = new Files();
  private final Map<Path, Long> forced = new HashMap<>();
  private int left = Integer.MAX_VALUE;
  private boolean full;
  private boolean down;
  private int operations;

  /** What the operation at which it fails throws, and all after a crash. */
  static final class Fault extends IOException {
    Fault(String message) {
      super(message);
    }
  }

  FaultyFileSystem(long seed, Path anywhere) {
    random = new Random(seed);
    real = anywhere.getFileSystem();
  }

  /** The same path, over faulty files. */
  Path path(Path path) {
    return new Wrapped(path.toAbsolutePath());
  }

  /**
   * Fails at the operation of that number from now on.
   *
   * @param diskFull that one and every later write fails, and nothing else; else the power fails
   */
  synchronized void failAt(int operation, boolean diskFull) {
    left = operation;
    full = diskFull;
  }

  /** How many operations there were. */
  synchronized int operations() {
    return operations;
  }

  synchronized boolean isDown() {
    return down;
  }

  /** The power is back, or the disk has room. */
  synchronized void restart() {
    down = false;
    left = Integer.MAX_VALUE;
    forced.clear();
  }

  /** Counts a change; true when a write is to be torn. */
  private synchronized boolean step(boolean write) throws IOException {
    operations++;
    if (down) {
      throw new Fault("no power");
    }
    if (left-- > 0) {
      return false;
    }
    if (full) {
      if (write) {
        throw new Fault("No space left on device");
      }
      return false;
    }
    down = true;
    crash();
    throw new Fault("power failure");
  }

  private void crash() throws IOException {
    for (Map.Entry<Path, Long> file : forced.entrySet()) {
      if (!java.nio.file.Files.exists(file.getKey())) {
        continue;
      }
      long size = java.nio.file.Files.size(file.getKey());
      long safe = Math.min(size, file.getValue());
      if (size > safe) {
        long kept = safe + random.nextLong(size - safe + 1);
        try (FileChannel channel = FileChannel.open(file.getKey(), StandardOpenOption.WRITE)) {
          if (random.nextBoolean()) {
            channel.truncate(kept);
          } else {
            // The length is there and the pages are not.
            byte[] zeros = new byte[(int) (size - kept)];
            channel.write(ByteBuffer.wrap(zeros), kept);
          }
        }
      }
    }
  }

  private static Path real(Path path) {
    return path instanceof Wrapped wrapped ? wrapped.in : path;
  }

  /** A channel that counts. */
  private final class Channel extends FileChannel {
    private final FileChannel in;
    private final Path file;
    private final boolean writes;

    Channel(FileChannel in, Path file, boolean writes) throws IOException {
      this.in = in;
      this.file = file;
      this.writes = writes;
      if (writes) {
        synchronized (FaultyFileSystem.this) {
          forced.put(file, Math.min(forced.getOrDefault(file, Long.MAX_VALUE), in.size()));
        }
      }
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      try {
        step(true);
      } catch (Fault e) {
        tear(bytes);
        throw e;
      }
      return in.write(bytes);
    }

    /** Some of it may have got there. */
    private void tear(ByteBuffer bytes) throws IOException {
      if (bytes.remaining() > 1 && !full && left == -1) {
        ByteBuffer part = bytes.duplicate();
        part.limit(part.position() + random.nextInt(part.remaining()));
        in.write(part);
      }
    }

    @Override
    public void force(boolean metaData) throws IOException {
      step(false);
      in.force(metaData);
      if (writes) {
        synchronized (FaultyFileSystem.this) {
          forced.put(file, in.size());
        }
      }
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      step(false);
      in.truncate(size);
      return this;
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
      return in.read(bytes);
    }

    @Override
    public long read(ByteBuffer[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, length);
    }

    @Override
    public long write(ByteBuffer[] bytes, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() throws IOException {
      return in.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      in.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return in.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
      return in.read(bytes, position);
    }

    @Override
    public int write(ByteBuffer bytes, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      return in.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return in.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return in.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      in.close();
    }
  }

  private final class Provider extends FileSystemProvider {
    private FileSystemProvider provider() {
      return real.provider();
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      boolean writes = options.contains(StandardOpenOption.WRITE);
      if (writes) {
        step(true);
      }
      return new Channel(
          provider().newFileChannel(real(path), options, attributes), real(path), writes);
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
      DirectoryStream<Path> in = provider().newDirectoryStream(real(directory), _ -> true);
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          Iterator<Path> each = in.iterator();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return each.hasNext();
            }

            @Override
            public Path next() {
              return new Wrapped(each.next());
            }
          };
        }

        @Override
        public void close() throws IOException {
          in.close();
        }
      };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
      step(true);
      provider().createDirectory(real(directory), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
      step(false);
      provider().delete(real(path));
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
      step(false);
      provider().move(real(from), real(to), options);
      synchronized (FaultyFileSystem.this) {
        Long safe = forced.remove(real(from));
        if (safe != null) {
          forced.put(real(to), safe);
        }
      }
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path one, Path two) throws IOException {
      return provider().isSameFile(real(one), real(two));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return provider().isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return provider().getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      provider().checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return provider().getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return provider().readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      return provider().readAttributes(real(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
        throws IOException {
      provider().setAttribute(real(path), name, value, options);
    }

    @Override
    public String getScheme() {
      return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      return files;
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }
  }

  private final class Files extends FileSystem {
    private final Provider provider = new Provider();

    @Override
    public FileSystemProvider provider() {
      return provider;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      return real.getRootDirectories();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return real.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return real.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
      return new Wrapped(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      return real.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
      throw new UnsupportedOperationException();
    }
  }

  /** A path over faulty files; equal when the real ones are. */
  private final class Wrapped implements Path {
    private final Path in;

    Wrapped(Path in) {
      this.in = in;
    }

    private Path wrap(Path path) {
      return path == null ? null : new Wrapped(path);
    }

    @Override
    public FileSystem getFileSystem() {
      return files;
    }

    @Override
    public boolean isAbsolute() {
      return in.isAbsolute();
    }

    @Override
    public Path getRoot() {
      return wrap(in.getRoot());
    }

    @Override
    public Path getFileName() {
      return wrap(in.getFileName());
    }

    @Override
    public Path getParent() {
      return wrap(in.getParent());
    }

    @Override
    public int getNameCount() {
      return in.getNameCount();
    }

    @Override
    public Path getName(int index) {
      return wrap(in.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
      return wrap(in.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
      return in.startsWith(real(other));
    }

    @Override
    public boolean endsWith(Path other) {
      return in.endsWith(real(other));
    }

    @Override
    public Path normalize() {
      return wrap(in.normalize());
    }

    @Override
    public Path resolve(Path other) {
      return wrap(in.resolve(real(other)));
    }

    @Override
    public Path relativize(Path other) {
      return wrap(in.relativize(real(other)));
    }

    @Override
    public URI toUri() {
      return in.toUri();
    }

    @Override
    public Path toAbsolutePath() {
      return wrap(in.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
      return wrap(in.toRealPath(options));
    }

    @Override
    public WatchKey register(
        WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
      return in.compareTo(real(other));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Wrapped wrapped && in.equals(wrapped.in);
    }

    @Override
    public int hashCode() {
      return in.hashCode();
    }

    @Override
    public String toString() {
      return in.toString();
    }
  }
}

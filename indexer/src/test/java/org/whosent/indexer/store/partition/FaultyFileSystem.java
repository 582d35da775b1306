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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.whosent.indexer.store.segment.StoreFiles;

/**
 * The machine's files, beneath which the power fails or the disk fills at a chosen operation. After
 * {@link #crash} the pages of files that were never forced are lost, wholly or from some place on,
 * as the seed has it; and nothing can be done any more until {@link #restart}.
 *
 * <p>Names are not kept either before their directory was forced: a crash takes back files and
 * directories made, deleted and renamed since. It takes back the latest ones, as a journaling file
 * system does, or any at all, as POSIX allows, but for those that a kept one builds upon; a rename
 * is taken back whole or not at all. A directory that is taken back has lost what was in it.
 * Thread-safe.
 */
final class FaultyFileSystem {
  private final Random random;
  private final FileSystem real;
  private final Files files = new Files();
  private final Map<Path, Long> forced = new HashMap<>();

  /** What was done to directories that were not forced since, in order. */
  private final List<NameChange> names = new ArrayList<>();

  private final Path graveyard;
  private int graves;
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

  /** A graveyard beside the data directory keeps what a crash may bring back. */
  FaultyFileSystem(long seed, Path data) throws IOException {
    random = new Random(seed);
    real = data.getFileSystem();
    graveyard = data.toAbsolutePath().resolveSibling(data.getFileName() + ".graveyard");
    java.nio.file.Files.createDirectories(graveyard);
  }

  /**
   * A change of a directory that a crash may take back.
   *
   * @param made what is new there, or null
   * @param gone what is not there any more, or null
   * @param grave the file that was {@code gone} (or was replaced by {@code made}), or null
   * @param renamed {@code made} is what was {@code gone}
   * @param inside of a directory that is gone: what was not forced of it
   */
  private record NameChange(
      Path made, Path gone, Path grave, boolean renamed, List<NameChange> inside) {
    boolean in(Path directory) {
      return directory.equals((made == null ? gone : made).getParent());
    }

    void takeBack(Random random) throws IOException {
      Path home = (made == null ? gone : made).getParent();
      if (!java.nio.file.Files.isDirectory(home)) {
        return; // lost with its directory
      }
      if (renamed) {
        java.nio.file.Files.move(made, gone);
        if (grave != null) {
          java.nio.file.Files.createLink(made, grave);
        }
      } else if (made != null) {
        StoreFiles.deleteTree(made);
      } else if (grave != null) {
        java.nio.file.Files.createLink(gone, grave);
      } else {
        java.nio.file.Files.createDirectory(gone);
        takeBackSome(inside, random);
      }
    }
  }

  private static void takeBackSome(List<NameChange> changes, Random random) throws IOException {
    boolean ordered = random.nextBoolean();
    int kept = random.nextInt(changes.size() + 1);
    Set<Path> builtUpon = new HashSet<>();
    for (int i = changes.size() - 1; i >= 0; i--) {
      NameChange change = changes.get(i);
      boolean back = ordered ? i >= kept : random.nextBoolean();
      if (back && !builtUpon.contains(change.made) && !builtUpon.contains(change.gone)) {
        change.takeBack(random);
      } else {
        builtUpon.add(change.made);
        builtUpon.add(change.gone);
        builtUpon.remove(null);
      }
    }
  }

  private synchronized void made(Path file) {
    names.add(new NameChange(file, null, null, false, List.of()));
  }

  /** Keeps a file that is about to lose its name; null when there is none. */
  private synchronized Path bury(Path file) throws IOException {
    if (!java.nio.file.Files.isRegularFile(file)) {
      return null;
    }
    Path grave = graveyard.resolve(Integer.toString(graves++));
    java.nio.file.Files.createLink(grave, file);
    Long safe = forced.remove(file);
    if (safe != null) {
      forced.put(grave, safe);
    }
    return grave;
  }

  private synchronized void deleted(Path path, Path grave) {
    List<NameChange> inside = names.stream().filter(n -> n.in(path)).toList();
    names.removeAll(inside);
    names.add(new NameChange(null, path, grave, false, inside));
  }

  private synchronized void directoryForced(Path directory) {
    names.removeIf(n -> n.in(directory));
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

  /** The power is back, or the disk has room. What was not forced still is not. */
  synchronized void restart() {
    down = false;
    left = Integer.MAX_VALUE;
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
    takeBackSome(names, random);
    forced.clear();
    names.clear();
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
      if (java.nio.file.Files.isDirectory(file)) {
        directoryForced(file);
      } else if (writes) {
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
      boolean made = writes && !java.nio.file.Files.exists(real(path));
      Channel channel =
          new Channel(
              provider().newFileChannel(real(path), options, attributes), real(path), writes);
      if (made) {
        made(real(path));
      }
      return channel;
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
      made(real(directory));
    }

    @Override
    public void delete(Path path) throws IOException {
      step(false);
      synchronized (FaultyFileSystem.this) {
        Path grave = bury(real(path));
        provider().delete(real(path));
        deleted(real(path), grave);
      }
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
      step(false);
      synchronized (FaultyFileSystem.this) {
        Path grave = bury(real(to));
        provider().move(real(from), real(to), options);
        names.add(new NameChange(real(to), real(from), grave, true, List.of()));
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

package org.whosent.query.command;

import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.whosent.query.ExitStatus;

/**
 * The training run for the ahead-of-time cache: walks the ways that people wait for, in the small
 * index that {@link WarmUpStore} made in a process of its own. What the JVM loads here it has at
 * hand in every look-up, and no more than that. Not listed in the help; the launcher runs it once
 * per build.
 *
 * <p>It also leaves zstd's native library as a file of its own: unpacked anew for each look-up it
 * would cost as much as the look-up.
 */
public final class WarmUpCommand implements Callable<Integer> {
  private final Consumer<String[]> whosent;
  private final Path data;
  private final Path nativeLibrary;

  /**
   * @param whosent runs {@code whosent} with arguments: given from outside, so that commands do not
   *     know it
   * @param data the small index
   * @param nativeLibrary where to leave zstd's library; null: nowhere
   */
  public WarmUpCommand(Consumer<String[]> whosent, Path data, Path nativeLibrary) {
    this.whosent = whosent;
    this.data = data;
    this.nativeLibrary = nativeLibrary;
  }

  @Override
  public Integer call() throws Exception {
    List<String> inputs = Files.readAllLines(data.resolve(WarmUpStore.INPUTS));
    for (String output : List.of("json", "text")) {
      // One by one: each is a run with nothing open yet, as people's are.
      for (String input : inputs) {
        run("trace", "--data", data.toString(), "--output", output, input);
      }
      run("search", "--data", data.toString(), "--output", output, "--user", WarmUpStore.USER);
      // Of these a user's need no times of blocks, as an ID's do in a large day.
      run("search", "--data", data.toString(), "--output", output, "--sender", WarmUpStore.SENDER);
    }
    keepNativeLibrary();
    return ExitStatus.DONE;
  }

  /** On Linux, where the jar has one for this processor; elsewhere it goes on being unpacked. */
  private void keepNativeLibrary() throws IOException {
    if (nativeLibrary == null) {
      return;
    }
    String inJar =
        "/linux/%s/libzstd-jni-%s.so".formatted(System.getProperty("os.arch"), ZstdVersion.VERSION);
    try (InputStream library = ZstdVersion.class.getResourceAsStream(inJar)) {
      if (library != null && System.getProperty("os.name").equals("Linux")) {
        Files.copy(library, nativeLibrary, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void run(String... arguments) {
    whosent.accept(arguments);
  }
}

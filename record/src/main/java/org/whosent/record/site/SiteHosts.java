package org.whosent.record.site;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.whosent.record.DirectoryOwner;
import org.whosent.record.DirectorySync;
import org.whosent.record.IoReason;
import org.whosent.record.settings.Problems;
import org.whosent.record.settings.Settings;

/**
 * Writes the key {@code hosts} of {@code site.yaml}, which is the operator's file: by lines, so
 * that the others stay as they are. Where that makes no settings file of it (one of JSON, a key in
 * quotes), nothing is written. Stateless.
 */
final class SiteHosts {
  private SiteHosts() {}

  /** See {@link Site#writeHosts}. */
  static void write(List<Site.Host> hosts, Path dataDirectory) throws IOException {
    Path file = dataDirectory.resolve(Site.FILE);
    String text = String.join("\n", lines(hosts, file)) + "\n";
    Problems problems = new Problems();
    Settings.parse(file, text, problems);
    if (!problems.isEmpty()) {
      throw new IOException(
          file
              + ": the hosts cannot be remembered in it as it is written: give each key a line of"
              + " its own, or list them under 'hosts' yourself");
    }
    Path temporary = dataDirectory.resolve(Site.FILE + ".new");
    // Anew, so that no link in its place is written through.
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      // Else a power failure leaves an empty file, by which a purge would go: the defaults.
      channel.force(true);
    } catch (IOException e) {
      throw new IOException("the hosts cannot be remembered in " + IoReason.of(temporary, e), e);
    }
    DirectoryOwner.give(temporary);
    giveMode(temporary, file);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DirectorySync.force(dataDirectory);
  }

  private static List<String> lines(List<Site.Host> hosts, Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    try {
      boolean inHosts = false;
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        boolean indented = line.startsWith(" ") || line.startsWith("-");
        if (line.startsWith("hosts:")) {
          inHosts = true;
        } else if (!line.isEmpty() && !indented && !line.startsWith("#")) {
          inHosts = false;
        }
        if (!inHosts || line.startsWith("#")) {
          lines.add(line);
        }
      }
    } catch (NoSuchFileException e) {
      lines.add("# What Whosent knows of this site's servers; read by all its commands.");
    }
    lines.add("hosts:");
    for (Site.Host host : hosts) {
      lines.add("  - name: " + quote(host.name()));
      if (!host.logs().isEmpty()) {
        lines.add(
            "    logs: ["
                + String.join(", ", host.logs().stream().map(SiteHosts::quote).toList())
                + "]");
      }
      if (host.zone() != null) {
        lines.add("    timezone: " + quote(host.zone().getId()));
      }
    }
    return lines;
  }

  /** That of the file it replaces; a new one is nobody else's to write, whatever the umask says. */
  private static void giveMode(Path temporary, Path file) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> mode;
    try {
      mode = Files.getPosixFilePermissions(file);
    } catch (NoSuchFileException _) {
      mode = EnumSet.copyOf(view.readAttributes().permissions());
      mode.remove(PosixFilePermission.GROUP_WRITE);
      mode.remove(PosixFilePermission.OTHERS_WRITE);
    }
    view.setPermissions(mode);
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "''").replaceAll("\\p{Cntrl}", "") + "'";
  }
}

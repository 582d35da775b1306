package org.whosent.record;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.UserPrincipal;

/**
 * What root makes among another account's files is that account's: else a single command that was
 * run as root, a purge or a look, would lock the account out of its own data directory. Stateless.
 */
public final class DirectoryOwner {
  private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

  private DirectoryOwner() {}

  /**
   * Gives a file or directory to the owner of the directory that it is in. Nothing is done for
   * anybody but root. No link is followed, which the account may have put in its place.
   *
   * @param made inside the data directory; never that directory itself, whose parent's owner has no
   *     right to what is in it
   * @throws IOException when it is not there, or its directory is not
   */
  public static void give(Path made) throws IOException {
    if (!IS_ROOT) {
      return;
    }
    UserPrincipal owner = Files.getOwner(made.toAbsolutePath().getParent());
    FileOwnerAttributeView view =
        Files.getFileAttributeView(made, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (!view.getOwner().equals(owner)) {
      try {
        view.setOwner(owner);
      } catch (FileSystemException _) {
        // Root without the right to: then it is at least readable by whoever made it.
      }
    }
  }
}

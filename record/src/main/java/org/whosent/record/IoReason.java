package org.whosent.record;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Why a file could not be read or written, in words for an operator. The JDK says it by the class
 * of the exception, and its message is then the file's name alone, or nothing.
 */
public final class IoReason {
  private IoReason() {}

  /** The reason, without the file's name; never null or empty. */
  public static String of(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException e -> "permission denied" + Denied.advice(e.getFile());
      case FileAlreadyExistsException _ -> "there is something else of that name";
      case NotDirectoryException _ -> "not a directory";
      case FileSystemException e when e.getReason() != null -> advised(e.getReason());
      case FileNotFoundException e -> inBrackets(e);
      case MalformedInputException _ -> "not UTF-8";
      case EOFException _ -> "it ends in the middle: cut off, or still being written";
      default -> message(failure);
    };
  }

  /** The same behind a file's name. */
  public static String of(Path file, IOException failure) {
    return file + ": " + of(failure);
  }

  /** The same behind the file's name, where the failure knows it. */
  public static String withFile(IOException failure) {
    return failure instanceof FileSystemException failed && failed.getFile() != null
        ? failed.getFile() + ": " + of(failure)
        : of(failure);
  }

  /**
   * Why a file that was named cannot be found: it may lie where nobody may look, or have a name
   * that is not UTF-8, which Java cannot say.
   */
  public static String ofMissing(Path file) {
    try {
      file.getFileSystem().provider().checkAccess(file);
    } catch (NoSuchFileException e) {
      // as it should be
    } catch (IOException e) {
      return of(e);
    }
    return file.toString().indexOf('\ufffd') < 0
        ? "no such file"
        : "no such file; one whose name is not UTF-8 is read from standard input (-), or renamed";
  }

  /** {@code FileInputStream} says the name once more, and the reason in brackets behind it. */
  private static String inBrackets(FileNotFoundException e) {
    String text = message(e);
    int bracket = text.lastIndexOf(" (");
    if (bracket < 0 || !text.endsWith(")")) {
      return text;
    }
    String reason = text.substring(bracket + 2, text.length() - 1);
    return reason.equals("Permission denied")
        ? of(new AccessDeniedException(text.substring(0, bracket)))
        : reason;
  }

  private static String message(IOException e) {
    String text = e.getMessage();
    return text == null || text.isBlank() ? e.getClass().getSimpleName() : advised(text);
  }

  /** Whether a failure, or what caused it, is that there is no room. */
  public static boolean isNoRoom(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && isNoRoom(String.valueOf(cause.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNoRoom(String text) {
    return text.endsWith("No space left on device") || text.endsWith("Disk quota exceeded");
  }

  /** What to do where the system's words leave nothing else. */
  private static String advised(String text) {
    return isNoRoom(text) ? text + "; make room, then do this again" : text;
  }
}

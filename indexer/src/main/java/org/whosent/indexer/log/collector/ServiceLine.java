package org.whosent.indexer.log.collector;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.collector.LineWrapping.Unwrapped;

/**
 * A line behind the name of the service that printed it: {@code docker compose logs} ({@code
 * SERVICE-1 | …}), {@code docker service logs}, {@code kubectl logs --prefix} ({@code
 * [pod/POD/CONTAINER] …}) and {@code stern} ({@code POD CONTAINER …}), each perhaps with a time. Of
 * a file one service's lines count, which must be there alone at its beginning: any other one may
 * print what a stranger sent it.
 *
 * <p>stern's prefix is two words, behind which another container's text could look like a third:
 * only what has a header of its own, or a time of stern's, is a line. With its {@code
 * --all-namespaces} there are three, the namespace's first: of a file all lines have two or all
 * three, as most of its first lines do. (stern's {@code cmd.go}, template "default".) Stateless.
 */
final class ServiceLine {
  /** Compose colours the name where it thinks somebody looks, and numbers its containers. */
  private static final Pattern COMPOSED =
      Pattern.compile(
          "(?:\u001b\\[[0-9;]{1,10}m)?(?<service>[A-Za-z0-9][A-Za-z0-9_.-]{0,127}?)(?:[_-][0-9]{1,5})?"
              + " +\\|(?:\u001b\\[[0-9;]{1,10}m)?"
              + " |\\[pod/[A-Za-z0-9_.-]{1,253}/(?<container>[A-Za-z0-9_.-]{1,253})] ");

  /** Docker cuts the task's name to twelve letters, or not at all ({@code --no-trunc}). */
  private static final Pattern SWARMS =
      Pattern.compile(
          "(?:(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5})) )?"
              + "(?<service>[A-Za-z0-9][A-Za-z0-9_.-]{0,127})\\.[0-9]{1,5}\\.[a-z0-9]{12,25}"
              + "@[A-Za-z0-9_.-]{1,253} +\\| ");

  /** Kubernetes' names are RFC 1123's, in small letters. */
  private static final Pattern STERNS =
      Pattern.compile(
          "(?<pod>[a-z0-9][a-z0-9.-]{0,252}) (?<container>[a-z0-9][a-z0-9-]{0,62}) "
              + LineWrapping.BEGINS);

  private static final Pattern OF_NAMESPACES =
      Pattern.compile("[a-z0-9][a-z0-9-]{0,62} " + STERNS.pattern());

  private static final Pattern LINE = Pattern.compile(LineWrapping.BEGINS + "|\\{\"");

  private ServiceLine() {}

  /** True for a line that begins as compose's or kubectl's do. */
  static boolean isComposed(String line) {
    return COMPOSED.matcher(line).lookingAt();
  }

  /** True for a line that begins as a swarm's does. */
  static boolean isSwarms(String line) {
    return SWARMS.matcher(line).lookingAt();
  }

  /** What a line of compose's or kubectl's says; null when it is none. */
  static Unwrapped composed(String line, String service) {
    Matcher name = COMPOSED.matcher(line);
    if (!name.lookingAt()) {
      return null;
    }
    if (!composedBy(name).equals(service)) {
      return new Unwrapped.Other(line.substring(name.end()));
    }
    String text = line.substring(name.end());
    Unwrapped.Line stamped = LineWrapping.stamped(text, name.group());
    return stamped == null ? new Unwrapped.Line(name.group(), "", "", text) : stamped;
  }

  /** What a line of a swarm's says; null when it is none. */
  static Unwrapped swarms(String line, String service) {
    Matcher task = SWARMS.matcher(line);
    if (!task.lookingAt()) {
      return null;
    }
    String time = task.group("time") == null ? "" : task.group("time");
    return task.group("service").equals(service)
        ? new Unwrapped.Line("", time, "", line.substring(task.end()))
        : new Unwrapped.Other(line.substring(task.end()));
  }

  /** What a line of stern's says; null when it is none. */
  static Unwrapped sterns(LineWrapping wrapping, String line, String service) {
    Matcher name = sterns(wrapping).matcher(line);
    if (!name.lookingAt()) {
      return null;
    }
    if (!name.group("container").equals(service)) {
      return new Unwrapped.Other(line.substring(name.end()));
    }
    String text = line.substring(name.end());
    Unwrapped.Line stamped = LineWrapping.stamped(text, name.group("pod"));
    return stamped == null ? new Unwrapped.Line(name.group("pod"), "", "", text) : stamped;
  }

  /** Which service printed a text that is one of a log; empty where it is none. */
  static String service(LineWrapping wrapping, String line) {
    String service = of(wrapping, line);
    boolean isLine =
        unwrapped(wrapping, line, service) instanceof Unwrapped.Line found
            && (LINE.matcher(found.text()).lookingAt()
                || BareLine.stamped("-", "", found.text()) != null);
    return isLine ? service : "";
  }

  private static Unwrapped unwrapped(LineWrapping wrapping, String line, String service) {
    return switch (wrapping) {
      case COMPOSED -> composed(line, service);
      case SWARM -> swarms(line, service);
      default -> sterns(wrapping, line, service);
    };
  }

  private static String of(LineWrapping wrapping, String line) {
    return switch (wrapping) {
      case COMPOSED -> {
        Matcher name = COMPOSED.matcher(line);
        yield name.lookingAt() ? composedBy(name) : "";
      }
      case SWARM -> {
        Matcher task = SWARMS.matcher(line);
        yield task.lookingAt() ? task.group("service") : "";
      }
      case STERN, STERN_ALL -> {
        Matcher name = sterns(wrapping).matcher(line);
        yield name.lookingAt() ? name.group("container") : "";
      }
      default -> "";
    };
  }

  private static Pattern sterns(LineWrapping wrapping) {
    return wrapping == LineWrapping.STERN ? STERNS : OF_NAMESPACES;
  }

  private static String composedBy(Matcher name) {
    String service = name.group("service");
    return service == null ? name.group("container") : service;
  }
}

package org.whosent.indexer.log.collector;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose text a line is, as who collected it says: a container's, a file's or a stream's. Any
 * program but a mail server and a log daemon may print what a stranger sent it, so that of several
 * origins in one file one counts, and what has none does not then.
 *
 * <p>Files are one origin where their names differ in numbers and a rotation's endings only, and
 * where they are those that log daemons and mail servers write by themselves in {@code /var/log}:
 * every line of these begins with its writer's header. Stateless.
 */
final class Origin {
  /** Of several origins none counts; no origin is called so. */
  static final String NONE = " ";

  /** A line's that should name one, where others do; no origin is called so. */
  static final String UNNAMED = "   ";

  /** What another program wrote than the line names, which never counts. */
  static final String OF_ANOTHER = "  ";

  private static final String LOGS = "file of a log daemon";
  private static final int LONGEST = 300;

  private static final Pattern NUMBERS = Pattern.compile("[0-9]{1,300}");
  private static final Pattern ROTATED =
      Pattern.compile("(?:[-._](?:#[-_T.]?){1,8}|\\.(?:gz|xz|bz2|zst|lz4|old|log\\.gz))\\z");

  /** Of log daemons and mail servers, which put a header before all that they write. */
  private static final Pattern DAEMONS =
      Pattern.compile(
          "(?:/var/(?:log|adm)/(?:mail/|exim#?/)?)?"
              + "(?:mail(?:log)?|mail\\.(?:log|info|warn|warning|err)|syslog(?:\\.log)?|messages"
              + "|auth\\.log|secure|daemon\\.log|user\\.log|kern\\.log|cron(?:\\.log)?|debug"
              + "|postfix\\.log|dovecot\\.log|zimbra\\.log|(?:exim_?)?mainlog|main\\.log)");

  /** Of Kubernetes' nodes: the container's name is in the path. */
  private static final Pattern POD =
      Pattern.compile(
          "/var/log/(?:pods/[^/]{1,400}/(?<container>[a-z0-9.-]{1,63})/[^/]{1,64}"
              + "|containers/[^/_]{1,253}_[^/_]{1,63}_(?<short>[a-z0-9.-]{1,63}?)(?:-[0-9a-f]{64})?\\.log)");

  /** The ECS agent's streams: {@code PREFIX/CONTAINER/TASK}. */
  private static final Pattern TASK =
      Pattern.compile("(?<container>[^ ]{1,400})/[0-9a-f]{8}[0-9a-f-]{24,28}");

  /** What the Splunk server, Filebeat's {@code source} and others call a path. */
  private static final Pattern PATH =
      Pattern.compile("(?:/|[A-Za-z]:\\\\)[^/\\\\].{0,999}", Pattern.DOTALL);

  private static final List<String> CONTAINER =
      List.of(
          "container_name",
          "container.name",
          "kubernetes.container_name",
          "kubernetes.container.name",
          "labels.container",
          "labels.container_name",
          "labels.k8s_container_name",
          "fields.container",
          "fields.container_name",
          "resource.labels.container_name",
          "CONTAINER_NAME",
          "ContainerName",
          "containerName",
          "_container_name");

  private static final List<String> FILE =
      List.of(
          "log.file.path",
          "log.file.name",
          "file",
          "filename",
          "filepath",
          "path",
          "labels.filename",
          "fields.filename",
          "FILE_NAME");

  private static final List<String> STREAM =
      List.of(
          "logStreamName",
          "logStream",
          "@logStream",
          "logName",
          "labels.unit",
          "labels.app",
          "labels.service_name",
          "labels.job",
          "fields.job");

  private Origin() {}

  /** Names of fields that only who collected a line sets. */
  static List<String> containers() {
    return CONTAINER;
  }

  /** What an object says; empty where it says nothing. */
  static String of(CollectedFields fields) {
    String container = container(fields);
    if (!container.isEmpty()) {
      return container;
    }
    String file = fields.origin(FILE, LONGEST);
    if (file.isEmpty() && PATH.matcher(fields.text("source")).matches()) {
      file = fields.text("source");
    }
    return file.isEmpty() ? ofStream(fields.origin(STREAM, LONGEST)) : ofFile(file);
  }

  /** Which container is named; empty where none is. */
  static String container(CollectedFields fields) {
    return fields.origin(CONTAINER, LONGEST);
  }

  /** What Splunk says of an event: a file's path, or another input's name. */
  static String ofSource(CollectedFields fields) {
    String source = fields.origin(List.of("source"), LONGEST);
    return PATH.matcher(source).matches() ? ofFile(source) : ofStream(source);
  }

  /** That of a file's lines. */
  static String ofFile(String path) {
    Matcher pod = POD.matcher(path);
    if (pod.matches()) {
      return pod.group("container") == null ? pod.group("short") : pod.group("container");
    }
    String name = NUMBERS.matcher(path).replaceAll("#");
    for (String longer = ""; !longer.equals(name); ) {
      longer = name;
      name = ROTATED.matcher(name).replaceFirst("");
    }
    return DAEMONS.matcher(name).matches() ? LOGS : "file " + name;
  }

  /** That of a stream's lines, which may be called as a file is; empty of none. */
  static String ofStream(String name) {
    if (name.isEmpty()) {
      return "";
    }
    Matcher task = TASK.matcher(name);
    if (task.matches()) {
      return "stream " + task.group("container");
    }
    boolean maybeFile = name.indexOf('/') >= 0 || name.indexOf('.') >= 0;
    return maybeFile && ofFile(name).equals(LOGS) ? LOGS : "stream " + name;
  }

  /** Which of these counts; {@link #NONE} of several, empty where there is none. */
  static String counting(Set<String> origins) {
    Set<String> named = new HashSet<>(origins);
    named.remove("");
    named.remove(OF_ANOTHER);
    if (named.size() <= 1) {
      String alone = named.isEmpty() ? "" : named.iterator().next();
      return alone.equals(UNNAMED) ? "" : alone;
    }
    return named.contains(LOGS) ? LOGS : NONE;
  }
}

# Finds a JDK 25 or later and leaves its directory in JDK25, or leaves JDK25 empty. To be sourced by sh.
# Looks at JAVA_HOME, the PATH, and where Debian, Red Hat, SDKMAN and macOS put JDKs. The file "release"
# of a JDK says its version, so that no JVM has to be started to ask.

jdk25_is() {
  # The last is what a half of a JDK lacks, whose JVM would end with 1, as if nothing was found.
  [ -x "$1/bin/java" ] && [ -f "$1/release" ] && [ -f "$1/lib/modules" ] || return 1
  jdk25_version=
  # Read by the shell itself: a program started for it would take longer than all else here.
  while IFS= read -r jdk25_line; do
    case $jdk25_line in
      'JAVA_VERSION="'*)
        jdk25_version=${jdk25_line#*\"}
        jdk25_version=${jdk25_version%%[!0-9]*}
        ;;
    esac
  done 2>/dev/null < "$1/release"
  [ -n "$jdk25_version" ] && [ "$jdk25_version" -ge 25 ]
}

jdk25_find() {
  JDK25=
  if [ -n "${JAVA_HOME-}" ] && jdk25_is "${JAVA_HOME-}"; then
    JDK25=${JAVA_HOME-}
    return
  fi
  jdk25_java=$(command -v java 2>/dev/null)
  if [ -n "$jdk25_java" ]; then
    jdk25_java=$(readlink -f "$jdk25_java" 2>/dev/null || echo "$jdk25_java")
    jdk25_home=${jdk25_java%/bin/java}
    if jdk25_is "$jdk25_home"; then
      JDK25=$jdk25_home
      return
    fi
  fi
  for jdk25_home in /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
      "${HOME-}"/.sdkman/candidates/java/25* "${HOME-}"/.jdks/*25* "${HOME-}"/.m2/jdks/* \
      /Library/Java/JavaVirtualMachines/*25*/Contents/Home /opt/homebrew/opt/openjdk@25; do
    if jdk25_is "$jdk25_home"; then
      JDK25=$jdk25_home
      return
    fi
  done
}

jdk25_find

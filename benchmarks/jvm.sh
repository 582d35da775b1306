# How benchmarks/store and benchmarks/growth run Java. To be sourced by bash at the root of the repository.
. .mvn/jdk25.sh
export JAVA_HOME=$JDK25
./mvnw -q -B package -DskipTests -pl benchmarks,query-cli -am
classes="benchmarks/target/classes:query-cli/target/app/*"

# Collector, room and JIT compiler as `whosent index` has them.
java() {
  "$JDK25/bin/java" -XX:+UseParallelGC -XX:+UseCompactObjectHeaders -XX:NewRatio=1 -XX:InitialRAMPercentage=8 \
    -XX:-UseAdaptiveSizePolicy -XX:MaxNewSize=960m -XX:SurvivorRatio=4 -XX:MaxTenuringThreshold=2 -XX:+UseTransparentHugePages \
    -XX:FreqInlineSize=150 -XX:InlineSmallCode=1000 -XX:Tier4InvocationThreshold=15000 \
    -XX:Tier4MinInvocationThreshold=2000 -XX:Tier4CompileThreshold=40000 -XX:Tier4BackEdgeThreshold=120000 \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "$@"
}

# The class path of the other stores' drivers.
peer_classes() {
  local repository
  repository=$(./mvnw -q -B help:evaluate -Dexpression=settings.localRepository -DforceStdout 2>/dev/null || echo ~/.m2/repository)
  find "$repository/org/xerial/sqlite-jdbc/3.50.3.0" "$repository/org/duckdb/duckdb_jdbc/1.3.2.0" \
    "$repository/org/postgresql/postgresql/42.7.13" -name '*.jar' | tr '\n' ':'
}

# The class path of OpenSearch, which has a JVM of its own: more than a hundred jars, fetched once. Nothing where that
# fails. $1: a directory for its output.
opensearch_classes() {
  ./mvnw -q -B -f benchmarks/opensearch/pom.xml org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
    "-Dmdep.outputFile=$1/opensearch.cp" > "$1/opensearch.log" 2>&1 && cat "$1/opensearch.cp"
}

package io.pulsewarden.benchmarks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * A running platform on free ports, without the demo's load: in a temporary folder, or in that of
 * {@code -Dpulsewarden.bench.data}, which a second run finds as the first left it and starts
 * sooner.
 */
public final class BenchPlatform implements AutoCloseable {

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("pulsewarden.root"), "pulsewarden.root"));

  private final Path data;
  private final Map<String, String> environment;

  private BenchPlatform(Path data, Map<String, String> environment) {
    this.data = data;
    this.environment = environment;
  }

  static BenchPlatform start(Map<String, String> environment)
      throws IOException, InterruptedException {
    String kept = System.getProperty("pulsewarden.bench.data", "");
    Path data =
        kept.isEmpty()
            ? Files.createTempDirectory("pulsewarden-bench").resolve("data")
            : Path.of(kept).toAbsolutePath();
    BenchPlatform platform = new BenchPlatform(data, environment);
    try {
      platform.script("up", "--detach", "--free-ports", "--no-demo");
    } catch (IOException | InterruptedException e) {
      platform.close();
      throw e;
    }
    return platform;
  }

  /** The data folder. */
  public Path data() {
    return data;
  }

  /** The checkout that runs. */
  public Path root() {
    return ROOT;
  }

  /** An address of {@code platform.env}, such as {@code PW_EST_URL}. */
  public String address(String name) throws IOException {
    String line = properties(data.resolve("platform.env")).getProperty(name);
    return Objects.requireNonNull(line, name).replaceAll("^['\"]|['\"]$", "");
  }

  /** A demo user's password. */
  public String password(String user) throws IOException {
    Properties users = properties(Path.of(address("PW_DEMO_USERS_FILE")));
    return Objects.requireNonNull(users.getProperty(user + ".password"), user);
  }

  /** The process id of a part, such as {@code telemetry-service}, for measuring its CPU. */
  public long pid(String part) throws IOException {
    String line = Files.readString(data.resolve("run").resolve(part + ".process"));
    return Long.parseLong(line.split(" ", -1)[0]);
  }

  @Override
  public void close() throws IOException {
    if (Files.isDirectory(data)) {
      try {
        script("down");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the platform may still run, with its data in " + data);
      }
    }
  }

  private void script(String command, String... options) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.addAll(
        List.of(ROOT.resolve("pulsewarden").toString(), command, "--data", data.toString()));
    line.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("PULSEWARDEN_BUILD", "never");
    builder.environment().putAll(environment);
    Path log = data.resolveSibling(command + ".log");
    int code = builder.redirectOutput(log.toFile()).start().waitFor();
    if (code != 0) {
      throw new IOException(
          "'pulsewarden " + command + "' ended with " + code + ": " + Files.readString(log));
    }
  }

  private static Properties properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return properties;
  }
}

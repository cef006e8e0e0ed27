package io.pulsewarden.benchmarks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** A running platform in a temporary folder, on free ports, without the demo's load. */
public final class BenchPlatform implements AutoCloseable {

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("pulsewarden.root"), "pulsewarden.root"));

  private final Path data;

  private BenchPlatform(Path data) {
    this.data = data;
  }

  static BenchPlatform start() throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("pulsewarden-bench").resolve("data");
    BenchPlatform platform = new BenchPlatform(data);
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

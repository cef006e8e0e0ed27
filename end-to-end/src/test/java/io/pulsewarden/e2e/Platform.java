package io.pulsewarden.e2e;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * One running platform in a folder of its own, on free ports, driven by nothing but the {@code
 * pulsewarden} script and the addresses that it writes down.
 */
final class Platform implements AutoCloseable {

  static final Path ROOT = Path.of(requireNonNull(System.getProperty("pulsewarden.root")));

  private final Path data;

  private Platform(Path data) {
    this.data = data;
  }

  static Platform start() {
    try {
      Path data = Files.createTempDirectory("pulsewarden-e2e").resolve("data");
      Platform platform = new Platform(data);
      platform.up();
      return platform;
    } catch (IOException e) {
      throw new IllegalStateException("no folder for the platform", e);
    }
  }

  /** The one in that folder, which somebody else starts and stops. */
  static Platform of(Path data) {
    return new Platform(data);
  }

  /** Starts what is down; keeps the ports and the data of an earlier start. */
  void up() {
    script("up", "--detach", "--free-ports", "--no-demo").orFail();
  }

  /** The same, with more in the environment of what is started. */
  void up(Map<String, String> environment) {
    Command up = command("up", "--detach", "--free-ports", "--no-demo");
    environment.forEach(up::environment);
    up.run().orFail();
  }

  void down() {
    script("down").orFail();
  }

  /** Runs {@code ./pulsewarden <command> --data DATA <arguments>} to its end. */
  CommandResult script(String command, String... arguments) {
    return command(command, arguments).run();
  }

  /** The same, not yet started. */
  Command command(String command, String... arguments) {
    return Command.of(ROOT.resolve("pulsewarden").toString(), command, "--data", data.toString())
        .with(arguments)
        // Maven, which runs this test, has just built it.
        .environment("PULSEWARDEN_BUILD", "never")
        // An erasure that two officers agree on begins at once, instead of after three days.
        .environment("PULSEWARDEN_ERASURE_DELAY", "PT1S");
  }

  /** SIGKILL, as a power cut for one process. */
  void kill(String part) {
    long pid = pid(part);
    Command.of("kill", "-9", Long.toString(pid)).run().orFail();
    ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
  }

  long pid(String part) {
    try {
      Path file = data.resolve("run").resolve(part + ".process");
      return Long.parseLong(Files.readString(file).split(" ", -1)[0]);
    } catch (IOException e) {
      throw new IllegalStateException(part, e);
    }
  }

  Path data() {
    return data;
  }

  /** One of the addresses in {@code platform.env}. */
  String address(String name) {
    String line = requireNonNull(properties(data.resolve("platform.env")).getProperty(name), name);
    return line.replaceAll("^['\"]|['\"]$", "");
  }

  /** A demo user's password. */
  String password(String user) {
    Properties users = properties(Path.of(address("PW_DEMO_USERS_FILE")));
    return requireNonNull(users.getProperty(user + ".password"), user);
  }

  static Properties properties(Path file) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
    return properties;
  }

  @Override
  public void close() {
    down();
  }
}

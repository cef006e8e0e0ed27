package io.pulsewarden.simulator.login;

import io.pulsewarden.simulator.SimulatorException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Passwords of the demo users of a platform on one machine: a properties file, {@code
 * USER.password}.
 */
public final class DemoUsers {

  private DemoUsers() {}

  /** Finds one user's password. */
  public static String password(Path file, String user) {
    Properties users = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      users.load(reader);
    } catch (IOException e) {
      throw new SimulatorException("cannot read the demo users in " + file, e);
    }
    String password = users.getProperty(user + ".password");
    if (password == null) {
      throw new SimulatorException("there is no demo user '" + user + "' in " + file);
    }
    return password;
  }
}

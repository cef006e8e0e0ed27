package io.pulsewarden.platform;

import io.pulsewarden.platform.commands.Commands;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the {@code pulsewarden} script runs. */
public final class Main {

  private Main() {}

  /** Exit codes: 0 done, 1 not done (one line says why), 2 wrong options, 3 not all runs. */
  public static void main(String[] arguments) {
    // The libraries' own words; what a person should know, the commands say.
    Logger root = Logger.getLogger("");
    root.setLevel(Level.SEVERE);
    System.exit(Commands.run(arguments));
  }
}

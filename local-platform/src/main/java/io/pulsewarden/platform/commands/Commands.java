package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.PlatformException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** All commands that the script hands to Java. */
@Command(
    name = "pulsewarden",
    mixinStandardHelpOptions = true,
    description = "Remote patient monitoring on one machine.",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      SimulateCommand.class,
      RevokeCommand.class,
      VitalsCommand.class,
      ReceiptCommand.class,
      VerifyCommand.class,
      RebuildIndexCommand.class,
      PruneLogCommand.class
    })
public final class Commands {

  private Commands() {}

  /** Runs a command and returns its exit code. */
  public static int run(String[] arguments) {
    return new CommandLine(new Commands())
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              commandLine.getErr().println("pulsewarden: " + reason(failure));
              if (System.getenv("PULSEWARDEN_TRACE") != null) {
                failure.printStackTrace(commandLine.getErr());
              }
              commandLine.getErr().flush();
              return 1;
            })
        .execute(arguments);
  }

  private static String reason(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    boolean expected =
        failure instanceof PlatformException || failure instanceof IllegalStateException;
    return expected ? message : message + " [" + failure.getClass().getSimpleName() + "]";
  }
}

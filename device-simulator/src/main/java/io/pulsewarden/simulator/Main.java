package io.pulsewarden.simulator;

import io.pulsewarden.simulator.endpoints.HttpRefusal;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The simulator's command line. */
@Command(
    name = "device-simulator",
    description = "Devices that enrol by EST and publish vital signs over MQTT 5.",
    mixinStandardHelpOptions = true,
    subcommands = SimulateCommand.class,
    synopsisSubcommandLabel = "simulate")
public final class Main {

  private static final long STOP_SECONDS = 20;

  private Main() {}

  /** Runs a command; exit code 0 if all went well, 1 if not, 2 for options that make no sense. */
  public static void main(String[] arguments) {
    // Paho logs each lost connection with its stack; the table counts them.
    Logger paho = Logger.getLogger("org.eclipse.paho");
    paho.setLevel(Level.OFF);
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(stopGracefully(Thread.currentThread(), finished));
    int code = commandLine().execute(arguments);
    finished.countDown();
    System.exit(code);
  }

  /** The commands, ready to be executed. */
  static CommandLine commandLine() {
    return new CommandLine(new Main()).setExecutionExceptionHandler(Main::explain);
  }

  // On SIGINT and SIGTERM: interrupts the run, which then lets what is in flight be answered.
  private static Thread stopGracefully(Thread running, CountDownLatch finished) {
    return new Thread(
        () -> {
          if (finished.getCount() > 0) {
            running.interrupt();
            try {
              finished.await(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        },
        "stop");
  }

  private static int explain(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) throws Exception {
    if (failure instanceof SimulatorException || failure instanceof HttpRefusal) {
      Throwable cause = failure.getCause();
      commandLine
          .getErr()
          .println(failure.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")"));
      return 1;
    }
    if (failure instanceof InterruptedException) {
      return 1;
    }
    throw failure;
  }
}

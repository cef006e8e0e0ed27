package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As whom a command asks the platform. */
final class LoginOption {

  @Option(
      names = "--as",
      paramLabel = "USER",
      description = "A demo user; without it, you log in with a browser.")
  private @Nullable String user;

  Person login(PlatformHttp http, DataFolder data, Ports ports, PrintWriter out)
      throws IOException, InterruptedException {
    String demo = user;
    return demo == null ? Person.byBrowser(http, ports, out) : Person.demo(http, data, ports, demo);
  }

  /** For what one person alone may not do: another demo user, or a second login. */
  Person loginAlso(String role, PlatformHttp http, DataFolder data, Ports ports, PrintWriter out)
      throws IOException, InterruptedException {
    if (user != null) {
      return Person.demo(http, data, ports, role);
    }
    out.println("Now as somebody with the role " + role + ":");
    return Person.byBrowser(http, ports, out);
  }
}
